package io.coppice.structure;

/**
 * Falls from {@code start} to {@code end} along a cubic: end + (start - end) (1 - t / steps)^3 (Zhu
 * and Gupta, "To Prune, or Not to Prune", 2017); {@code end} from the last step on, and everywhere
 * when there are no steps.
 *
 * @param start value at step 0
 * @param end value from step {@code steps} on
 * @param steps length of the ramp, not negative
 */
public record CubicRamp(double start, double end, long steps) {

  public CubicRamp {
    if (steps < 0) {
      throw new IllegalArgumentException("a ramp has no negative length, found " + steps);
    }
  }

  /** How many steps at {@code start} come to what the whole ramp has above {@code end}. */
  public double stepsAtStart() {
    return steps / 4.0;
  }

  public double at(long step) {
    if (step >= steps) {
      return end;
    }
    double left = 1 - (double) step / steps;
    return end + (start - end) * left * left * left;
  }
}
