package io.coppice.train;

import io.coppice.artifact.StructureValues;
import io.coppice.structure.Mask;
import java.util.List;

/** Decides which masks a round uses, and learns from their losses. */
public interface StructureLearner {

  /**
   * The mask pairs of a round: one for each local step, the same for all shards, or those of each
   * shard in turn.
   *
   * @param steps local steps of the round
   */
  List<MaskPair> pairs(long round, int steps);

  /** Takes in what the shards of a round gave back, in the order of the shards. */
  void learn(RoundWork work, List<ShardResult> results);

  /** The structure as it stands: the most probable mask within the final budget. */
  Mask mostProbable();

  /**
   * Masks to choose the final one from: the most probable one, then others within the final budget.
   */
  List<Mask> candidates(int count);

  /** The structure probabilities, one a unit. */
  double[] probabilities();

  /** A copy of all that was learned. */
  StructureValues values();

  /** Goes on from another moment of the same training. */
  void restore(StructureValues values);
}
