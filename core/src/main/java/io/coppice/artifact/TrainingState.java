package io.coppice.artifact;

import io.coppice.structure.Mask;
import org.jspecify.annotations.Nullable;

/**
 * All from which a training goes on, bit for bit, as if it had never stopped. Holds nothing that
 * depends on the clock.
 *
 * @param phase what is done next
 * @param round number of the next round within the phase
 * @param lossSum sum of the losses of the epoch's rounds so far
 * @param accuracySum sum of their training accuracies
 * @param halvings how often the learning rate was halved after a divergence
 * @param model weights, statistics and velocity
 * @param structure what was learned of the structure
 * @param chosen the final mask; null before it is chosen
 */
public record TrainingState(
    Phase phase,
    long round,
    double lossSum,
    double accuracySum,
    int halvings,
    ModelValues model,
    StrategyState structure,
    @Nullable Mask chosen) {

  /** The parts of a run that a checkpoint can lie in. */
  public enum Phase {
    /** Rounds of training remain. */
    TRAIN,
    /** The final mask is chosen; rounds of fine-tuning remain. */
    FINE_TUNE,
    /** Nothing remains but to measure the network and to write the models. */
    FINISHED
  }
}
