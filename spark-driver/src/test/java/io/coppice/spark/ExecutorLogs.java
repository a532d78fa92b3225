package io.coppice.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;

/** What the executors of a {@code local-cluster} have written to standard error so far. */
final class ExecutorLogs {

  private ExecutorLogs() {}

  /** The lines of all executors of the session that is open. */
  static List<String> lines() {
    Path work =
        Path.of(System.getenv("SPARK_HOME"), "work", SparkContext.getOrCreate().applicationId());
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
