package io.coppice.benchmarks.picture;

import java.util.List;

/**
 * A line of a panel.
 *
 * @param name in the legend
 * @param colour number of its colour
 * @param dashed whether it is
 * @param points that it joins
 */
public record Line(String name, int colour, boolean dashed, List<Point> points) {

  /** A point by its values. */
  public record Point(double x, double y) {}
}
