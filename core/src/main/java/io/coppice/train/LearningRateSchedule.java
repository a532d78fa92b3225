package io.coppice.train;

import io.coppice.structure.CosineSchedule;

/**
 * The learning rate by step: it rises over the warm-up, in a line unless its form says otherwise,
 * and then follows its form down.
 *
 * @param form what comes after the warm-up
 * @param peak highest rate
 * @param warmUp steps of the rise; in a line, step t of them has (t + 1) / (warmUp + 1) of the peak
 * @param steps in all, the warm-up included
 */
public record LearningRateSchedule(Form form, double peak, long warmUp, long steps) {

  /** Ways down from the peak, over the steps after the warm-up, by their share p that is done. */
  public enum Form {
    /** (1 + cos(pi p)) / 2. */
    COSINE,
    /**
     * Smith's one cycle (2018): up from 1/25 along half a cosine, with p the share of the warm-up,
     * (1 + cos(pi (1 - p))) / 2 of the way, then down as {@link #COSINE}.
     */
    ONE_CYCLE,
    /** 1 - p. */
    LINEAR,
    /** A tenth from p = 1/2 on, and a hundredth from p = 3/4 on. */
    STEP,
    /** 1. */
    CONSTANT
  }

  /** Share of the peak at which one cycle starts. */
  private static final double LOWEST_START = 1.0 / 25;

  public LearningRateSchedule {
    if (steps < 1 || warmUp < 0 || warmUp >= steps) {
      throw new IllegalArgumentException(
          "a schedule has at least 1 step after its warm-up, found "
              + steps
              + " steps with a warm-up of "
              + warmUp);
    }
  }

  /** The rate of a step, from 0 on; that of the end from {@code steps} on. */
  public double at(long step) {
    if (step < warmUp) {
      return form == Form.ONE_CYCLE
          ? peak - (1 - LOWEST_START) * new CosineSchedule(peak, warmUp).at(step)
          : peak * (step + 1) / (warmUp + 1);
    }
    double done = Math.min(1, (double) (step - warmUp) / (steps - warmUp));
    return switch (form) {
      case COSINE, ONE_CYCLE -> new CosineSchedule(peak, steps - warmUp).at(step - warmUp);
      case LINEAR -> peak * (1 - done);
      case STEP -> done < 0.5 ? peak : done < 0.75 ? peak / 10 : peak / 100;
      case CONSTANT -> peak;
    };
  }
}
