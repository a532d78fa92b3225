package io.coppice.benchmarks.picture;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;

/**
 * An axis of a panel.
 *
 * @param title what it tells, with its unit
 * @param ticks values that are written beside it
 * @param place where a value lies, 0 at its beginning and 1 at its end
 */
public record Axis(String title, List<Long> ticks, DoubleUnaryOperator place) {

  /** An axis on which equal differences are as far apart, with a tick at every step. */
  public static Axis linear(String title, long from, long to, long step) {
    return new Axis(
        title,
        LongStream.iterate(from, tick -> tick <= to, tick -> tick + step).boxed().toList(),
        value -> (Math.min(to, Math.max(from, value)) - from) / (to - from));
  }

  /** An axis from 1 on which equal ratios are as far apart, with a tick at every power of 4. */
  public static Axis ofRatios(String title, long largest) {
    return new Axis(
        title,
        LongStream.iterate(1, tick -> tick <= largest, tick -> tick * 4).boxed().toList(),
        value -> Math.log(Math.max(1, value)) / Math.log(largest));
  }
}
