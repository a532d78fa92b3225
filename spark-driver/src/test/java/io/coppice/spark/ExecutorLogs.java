package io.coppice.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;

/** What the executors of a {@code local-cluster} have written to standard error so far. */
final class ExecutorLogs {

  private ExecutorLogs() {}

  /** The lines of all executors of the session that is open. */
  static List<String> lines() {
    Path work =
        Path.of(System.getenv("SPARK_HOME"), "work", SparkContext.getOrCreate().applicationId());
    List<String> lines = new ArrayList<>();
    // Only what is asked for: what else lies there may go while it is listed.
    try (DirectoryStream<Path> executors = Files.newDirectoryStream(work)) {
      for (Path executor : executors) {
        Path errors = executor.resolve("stderr");
        if (Files.exists(errors)) {
          lines.addAll(Files.readAllLines(errors, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
