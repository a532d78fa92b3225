package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.report.RunSummary;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.train.Evaluation;
import java.util.List;
import java.util.stream.LongStream;

/** Tests the final compact network on the test images, and times its steps. */
final class Measurement {

  private final RunSetup setup;
  private final Cluster cluster;

  Measurement(RunSetup setup, Cluster cluster) {
    this.setup = setup;
    this.cluster = cluster;
  }

  RunSummary of(RunState state) {
    Mask mask = state.chosen();
    Evaluation test =
        setup.data().test().images() == 0 ? null : cluster.test(state.evaluation(mask));
    List<StepTiming> timings = timings(state, setup.rounds());
    ProbedRounds probed = ProbedRounds.of(state.structure(), setup.rounds());
    Double probedMillis =
        probed.share() == 0
            ? null
            : meanMillis(
                timings(state, probed.example()).stream().mapToLong(StepTiming::sparseNanos));
    CostModel flops = NetworkCost.flops(setup.network());
    CostModel count = NetworkCost.parameters(setup.network());
    Mask full = CompactNetwork.dense(setup.network()).mask();
    Totals totals = state.totals();
    return new RunSummary(
        setup.network().name(),
        test == null ? null : test.accuracy(),
        test == null ? null : test.loss(),
        test == null ? 0 : test.images(),
        Math.round(count.cost(mask)),
        Math.round(count.cost(full)),
        Math.round(flops.cost(mask)),
        Math.round(flops.cost(full)),
        totals.images() / totals.seconds(),
        meanMillis(timings.stream().mapToLong(StepTiming::sparseNanos)),
        probedMillis,
        probed.share(),
        meanMillis(timings.stream().mapToLong(StepTiming::denseNanos)),
        totals.seconds(),
        setup.budget(mask));
  }

  /** Times of a step with the masks of a round, as the structure is. */
  private List<StepTiming> timings(RunState state, long round) {
    int epochs = setup.config().training().epochs();
    return cluster.timeSteps(
        state.work(state.structure(), round, epochs, 0, 1, 0), state.model().parameters());
  }

  private static double meanMillis(LongStream nanos) {
    return nanos.mapToDouble(value -> value / 1e6).average().orElseThrow();
  }
}
