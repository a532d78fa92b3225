package io.coppice.benchmarks;

import io.coppice.report.RoundReport;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of many rounds. */
public final class RoundFigures {

  private RoundFigures() {}

  /** The median of a figure, the upper one of two; not a number without any round. */
  public static double median(List<RoundReport> rounds, ToDoubleFunction<RoundReport> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }
}
