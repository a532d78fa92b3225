package io.coppice.cli;

import io.coppice.model.ConfusionMatrix;
import io.coppice.model.ModelEvaluation;
import io.coppice.spark.TestResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** An evaluation for a person. */
final class EvaluationText {

  /** Classes of which a table still fits a screen. */
  private static final int MOST_COLUMNS = 20;

  private static final int MOST_PAIRS = 20;

  private EvaluationText() {}

  private record Pair(int label, int predicted, long count) {}

  /**
   * The text.
   *
   * @param origin where the model is from
   */
  static String of(String origin, TestResult result) {
    ModelEvaluation evaluation = result.evaluation();
    ConfusionMatrix confusion = evaluation.confusion();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s on %,d images: accuracy %.2f %%, loss %.4f",
            origin,
            evaluation.images(),
            100 * evaluation.accuracy(),
            evaluation.loss()));
    if (result.unreadable() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d images could not be read and were passed over (data.onBadImage)",
              result.unreadable()));
    }
    lines.add("");
    if (confusion.labels().size() <= MOST_COLUMNS) {
      addTable(confusion, lines);
    } else {
      addLargest(confusion, lines);
    }
    return String.join("\n", lines);
  }

  private static void addTable(ConfusionMatrix confusion, List<String> lines) {
    lines.add("Rows: the class of an image; columns: what the model takes it for.");
    int width = String.valueOf(confusion.images()).length();
    for (String label : confusion.labels()) {
      width = Math.max(width, label.length());
    }
    String cell = "%" + (width + 1) + "s";
    StringBuilder head = new StringBuilder(String.format(Locale.ROOT, cell, ""));
    confusion.labels().forEach(label -> head.append(String.format(Locale.ROOT, cell, label)));
    lines.add(head.toString());
    for (int label = 0; label < confusion.labels().size(); label++) {
      StringBuilder row =
          new StringBuilder(String.format(Locale.ROOT, cell, confusion.labels().get(label)));
      for (int predicted = 0; predicted < confusion.labels().size(); predicted++) {
        row.append(String.format(Locale.ROOT, cell, confusion.count(label, predicted)));
      }
      lines.add(row.toString());
    }
  }

  private static void addLargest(ConfusionMatrix confusion, List<String> lines) {
    List<Pair> pairs = new ArrayList<>();
    for (int label = 0; label < confusion.labels().size(); label++) {
      for (int predicted = 0; predicted < confusion.labels().size(); predicted++) {
        if (label != predicted && confusion.count(label, predicted) > 0) {
          pairs.add(new Pair(label, predicted, confusion.count(label, predicted)));
        }
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::count).reversed());
    lines.add("Most often taken for another class (all of it with --json):");
    for (Pair pair : pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,6d of %,d: %s taken for %s",
              pair.count(),
              confusion.images(pair.label()),
              confusion.labels().get(pair.label()),
              confusion.labels().get(pair.predicted())));
    }
  }
}
