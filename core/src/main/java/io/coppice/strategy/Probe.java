package io.coppice.strategy;

import io.coppice.structure.Mask;
import io.coppice.structure.StepMasks;
import io.coppice.train.ShardResult;
import io.coppice.train.TakenRound;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A mask that was evaluated beside the one that was trained, on the same minibatch.
 *
 * @param trained the trained mask
 * @param trainedLoss its loss
 * @param mask the other one
 * @param loss its loss
 */
record Probe(Mask trained, double trainedLoss, Mask mask, double loss) {

  /**
   * All probes of a round. Where all shards have the same masks, their losses are averaged first,
   * so that there is one for each mask: estimates are linear in the losses.
   */
  static List<Probe> of(TakenRound round) {
    boolean shared = round.work().masks().shared();
    List<Probe> probes = new ArrayList<>();
    for (int drawer = 0; drawer < (shared ? 1 : round.results().size()); drawer++) {
      List<ShardResult> results =
          shared ? round.results() : round.results().subList(drawer, drawer + 1);
      for (int step = 0; step < round.work().steps(); step++) {
        StepMasks masks = round.work().masks().of(drawer, step);
        int s = step;
        for (int probe = 0; probe < masks.probes().size(); probe++) {
          int p = probe;
          probes.add(
              new Probe(
                  masks.trained(),
                  mean(results, result -> result.losses()[s]),
                  masks.probes().get(probe),
                  mean(results, result -> result.probeLosses()[s][p])));
        }
      }
    }
    return probes;
  }

  private static double mean(List<ShardResult> results, ToDoubleFunction<ShardResult> value) {
    double sum = 0;
    for (ShardResult result : results) {
      sum += value.applyAsDouble(result);
    }
    return sum / results.size();
  }
}
