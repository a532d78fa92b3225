package io.coppice.structure;

/**
 * Falls from {@code start} to 0 along half a cosine: start/2 (1 + cos(pi t / steps)).
 *
 * @param start value at step 0
 * @param steps step at which 0 is reached, at least 1
 */
public record CosineSchedule(double start, long steps) {

  public CosineSchedule {
    if (steps < 1) {
      throw new IllegalArgumentException("a schedule has at least 1 step, found " + steps);
    }
  }

  public double at(long step) {
    double progress = Math.min(1, (double) step / steps);
    return 0.5 * start * (1 + StrictMath.cos(Math.PI * progress));
  }
}
