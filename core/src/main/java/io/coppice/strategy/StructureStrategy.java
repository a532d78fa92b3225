package io.coppice.strategy;

import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.train.TakenRound;
import java.util.List;
import java.util.Optional;

/**
 * A way to learn which channels a network needs. Only {@link #learn} and {@link #restore} change
 * what it knows; between two of them everything else gives the same however often it is asked, so
 * that a round that was lost is taken again with the same masks.
 */
public interface StructureStrategy {

  /**
   * The masks of a round, as far as the rounds before it were learned from.
   *
   * @param round number of the round, from 0
   * @param steps local steps of the round
   */
  RoundMasks masks(long round, int steps);

  /**
   * Takes in what the shards made of a round's masks: losses, and gradients of the weights that
   * they were sent.
   *
   * @param round the one whose {@link #masks} were asked for last
   */
  void learn(TakenRound round);

  /**
   * The channels that others read from the first round on; empty for all. Weights that read one of
   * the rest begin at 0, where they are not given: then a channel that comes in later changes
   * nothing at once, and learns to be read.
   */
  default Optional<Mask> readFromTheStart() {
    return Optional.empty();
  }

  /**
   * How many rounds like the first one come to what is trained beyond the final budget while a
   * budget falls to it; to plan by, before anything was learned.
   */
  default double roundsLikeTheFirst() {
    return 0;
  }

  /** What is known of the groups' worth; empty where that is not asked, or too little is known. */
  default Optional<GroupEvidence> evidence() {
    return Optional.empty();
  }

  /** The structure as it stands: the mask that would be kept, within the final budget. */
  Mask presentMask();

  /**
   * Masks to choose the final one from: the present one, then others within the final budget, all
   * different.
   *
   * @param count most of them
   */
  List<Mask> candidates(int count);

  /** For every unit the probability that it is kept; 0 or 1 where that is known. */
  double[] probabilities();

  /** Whether {@link #probabilities} are learned; else they only say which units are kept. */
  default boolean learnsProbabilities() {
    return true;
  }

  /**
   * A copy of all that was learned. The tensors' names, types and shapes are the same at every
   * moment of a run.
   */
  StrategyState state();

  /** Goes on from another moment of the same run. */
  void restore(StrategyState state);
}
