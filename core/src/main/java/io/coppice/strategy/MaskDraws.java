package io.coppice.strategy;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How the masks of a run are drawn.
 *
 * @param seed of the draws
 * @param shared whether all shards use the same draws
 * @param shards number of shards
 */
public record MaskDraws(long seed, boolean shared, int shards) {

  /** The same with draws of its own for every shard. */
  MaskDraws perShard() {
    return new MaskDraws(seed, false, shards);
  }

  /** Draws masks for every step of a round, from a stream of its own for each. */
  RoundMasks ofRound(long round, int steps, Function<CounterRandom, StepMasks> draw) {
    List<StepMasks> all = new ArrayList<>();
    for (int drawer = 0; drawer < (shared ? 1 : shards); drawer++) {
      for (int step = 0; step < steps; step++) {
        all.add(draw.apply(CounterRandom.of(seed, Purpose.STRUCTURE_MASK, round, drawer, step)));
      }
    }
    return new RoundMasks(shared, steps, all);
  }

  /** The stream of a candidate for the final mask. */
  CounterRandom ofCandidate(int number) {
    return CounterRandom.of(seed, Purpose.CANDIDATE_MASK, number);
  }
}
