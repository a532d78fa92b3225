package io.coppice.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.page.EpochPoint;
import io.coppice.page.RunCurves;
import io.coppice.page.RunPage;
import io.coppice.report.RunPhase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyCurvesTest {

  /** A run whose epochs took as long as each other. */
  private static RunPage run(String name, double secondsOfEpoch, double... accuracies) {
    List<EpochPoint> epochs = new ArrayList<>();
    for (double accuracy : accuracies) {
      int at = epochs.size() + 1;
      epochs.add(
          new EpochPoint(
              RunPhase.TRAIN,
              at,
              at * secondsOfEpoch,
              1,
              0.5,
              accuracy,
              0.1,
              100,
              null,
              null,
              null));
    }
    double seconds = accuracies.length * secondsOfEpoch;
    return new RunPage(
        "vgg16",
        name,
        false,
        accuracies.length,
        null,
        null,
        new RunCurves(epochs, List.of(), epochs.size(), 1, 0, 1, -1, seconds),
        null,
        null,
        null,
        0,
        0,
        List.of(),
        null);
  }

  private final List<RunPage> runs =
      List.of(run("dense-1", 50, 0.41, 0.52), run("shares-1", 20, 0.3, 0.5, 0.61, 0.62));

  @Test
  void table_runsOfOtherLengths_tellsWhatEachHadByThen() {
    assertThat(AccuracyCurves.table(runs).lines())
        .containsExactly(
            "| run | epochs | seconds | by 25 s | by 50 s | by 75 s | by 100 s | test accuracy |",
            "|---|---|---|---|---|---|---|---|",
            "| dense-1 | 2 | 100 | | 41.00 % | 41.00 % | 52.00 % | |",
            "| shares-1 | 4 | 80 | 30.00 % | 50.00 % | 61.00 % | 62.00 % | |");
  }

  @Test
  void picture_twoRuns_hasALineOfEachWithinTheAxes() {
    String picture = AccuracyCurves.picture(runs);
    assertThat(picture)
        .contains(">dense-1</text>", ">shares-1</text>", ">seconds of training</text>")
        // From 30 to 70 %, 300 pixels high; 0 to 100 seconds, 620 pixels wide.
        .contains("<path d='M310.0 217.5L620.0 135.0'")
        .contains("<path d='M124.0 300.0L248.0 150.0L372.0 67.5L496.0 60.0'");
  }
}
