package io.coppice.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The closing summary of a run, for a person. */
public final class SummaryText {

  private SummaryText() {}

  /**
   * The summary as lines.
   *
   * @param directory where the files are
   * @param model where the Deeplearning4j model is
   */
  public static String of(RunSummary summary, String directory, String model) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    Double accuracy = summary.testAccuracy();
    lines.add(
        accuracy == null
            ? line("Test accuracy", "not measured: there were no images to test by")
            : line("Test accuracy", "%.2f %% on %,d images", 100 * accuracy, summary.testImages()));
    lines.add(
        line(
            "Parameters kept",
            "%,d of %,d (%.1f %%)",
            summary.parameters(),
            summary.denseParameters(),
            100 * summary.parametersRatio()));
    lines.add(
        line(
            "FLOPs kept",
            "%,d of %,d an image (%.1f %%)",
            summary.flops(),
            summary.denseFlops(),
            100 * summary.flopsRatio()));
    BudgetReport budget = summary.budget();
    if (budget != null) {
      lines.add(line("Budget", "%s", budget.keptText()));
    }
    lines.add(
        line(
            "Training speed",
            "%,.0f images/s over %.0f s",
            summary.imagesPerSecond(),
            summary.trainSeconds()));
    lines.add(line("Sparse step", "%s", steps(summary)));
    lines.add(line("Model", "%s (loads in Deeplearning4j)", model));
    lines.add(line("All files", "%s", directory));
    return String.join("\n", lines);
  }

  /** What a run came to in one sentence. */
  public static String sentence(RunSummary summary) {
    Double accuracy = summary.testAccuracy();
    return String.format(
        Locale.ROOT,
        "%s: %s, with %.1f %% of the FLOPs and %.1f %% of the parameters",
        summary.network(),
        accuracy == null
            ? "trained, and not tested, as there were no images for that"
            : String.format(
                Locale.ROOT,
                "test accuracy %.2f %% on %,d images",
                100 * accuracy,
                summary.testImages()),
        100 * summary.flopsRatio(),
        100 * summary.parametersRatio());
  }

  private static String steps(RunSummary summary) {
    String without =
        String.format(
            Locale.ROOT,
            "%.1f ms against %.1f ms dense: %.2f times as fast, measured here on this network",
            summary.sparseStepMillis(),
            summary.denseStepMillis(),
            summary.measuredSpeedup());
    if (summary.probedStepMillis() == null) {
      return without;
    }
    return without
        + String.format(
            Locale.ROOT,
            "%n%-16s %.1f ms with a probe, as %.0f %% of the training's steps were: %.2f times as fast over the training",
            "",
            summary.probedStepMillis(),
            100 * summary.probedShare(),
            summary.trainingSpeedup());
  }

  private static String line(String label, String format, Object... values) {
    return String.format(Locale.ROOT, "%-16s " + format, prepend(label, values));
  }

  private static Object[] prepend(String label, Object[] values) {
    Object[] all = new Object[values.length + 1];
    all[0] = label;
    System.arraycopy(values, 0, all, 1, values.length);
    return all;
  }
}
