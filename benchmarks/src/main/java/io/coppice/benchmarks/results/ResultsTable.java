package io.coppice.benchmarks.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The results of finished runs as a table: a row for all runs whose directories differ in the
 * number behind their last hyphen, the seed. Runs by itself, as {@code benchmarks/results} does.
 */
public final class ResultsTable {

  private ResultsTable() {}

  /**
   * @param arguments directories that runs lie in
   */
  public static void main(String... arguments) throws IOException {
    for (String directory : arguments) {
      System.out.print(of(Path.of(directory)));
    }
  }

  /** The table of all runs in a directory that have a manifest, in Markdown. */
  static String of(Path directory) throws IOException {
    Map<String, List<JsonNode>> rows = new TreeMap<>();
    List<Path> runs;
    try (Stream<Path> entries = Files.list(directory)) {
      runs = entries.sorted().toList();
    }
    for (Path run : runs) {
      Path manifest = run.resolve("manifest.json");
      if (Files.exists(manifest)) {
        String row = run.getFileName().toString().replaceFirst("-\\d+$", "");
        rows.computeIfAbsent(row, name -> new ArrayList<>())
            .add(new ObjectMapper().readTree(manifest.toFile()).path("summary"));
      }
    }
    StringBuilder table =
        new StringBuilder(
            "| run | seeds | test accuracy | FLOPs kept | parameters kept | training |\n|---|---|---|---|---|---|\n");
    rows.forEach((name, summaries) -> table.append(row(name, summaries)));
    return table.toString();
  }

  private static String row(String name, List<JsonNode> summaries) {
    DoubleSummaryStatistics accuracy = of(summaries, s -> 100 * s.path("testAccuracy").asDouble());
    String spread =
        summaries.size() < 2
            ? ""
            : String.format(Locale.ROOT, " (%.1f to %.1f)", accuracy.getMin(), accuracy.getMax());
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f %%%s | %.1f %% | %.1f %% | %.0f s |%n",
        name,
        summaries.size(),
        accuracy.getAverage(),
        spread,
        of(summaries, s -> 100 * s.path("flops").asDouble() / s.path("denseFlops").asDouble())
            .getAverage(),
        of(
                summaries,
                s -> 100 * s.path("parameters").asDouble() / s.path("denseParameters").asDouble())
            .getAverage(),
        of(summaries, s -> s.path("trainSeconds").asDouble()).getAverage());
  }

  private static DoubleSummaryStatistics of(
      List<JsonNode> summaries, ToDoubleFunction<JsonNode> value) {
    return summaries.stream().mapToDouble(value).summaryStatistics();
  }
}
