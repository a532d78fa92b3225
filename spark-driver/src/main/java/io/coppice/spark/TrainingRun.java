package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.config.RunConfig;
import io.coppice.structure.CosineSchedule;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.train.Evaluation;
import io.coppice.train.FixedStructure;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.StructureLearner;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A whole run on a Spark cluster: trains weights and structure, chooses the final mask on images
 * held back, fine-tunes its compact network, and measures it.
 */
public final class TrainingRun {

  private final RunSetup setup;
  private final JavaSparkContext spark;
  private final RunListener listener;

  public TrainingRun(RunSetup setup, JavaSparkContext spark, RunListener listener) {
    this.setup = setup;
    this.spark = spark;
    this.listener = listener;
  }

  /** Runs it to the end. */
  public TrainingResult run() {
    RunConfig config = setup.config();
    try (Cluster cluster =
        new Cluster(
            spark,
            setup.taskSettings(),
            setup.partition().shards(),
            setup.partition().heldBack(),
            setup.dataset().test())) {
      ModelState model =
          new ModelState(
              setup.network(),
              config.training().momentum(),
              config.training().weightDecay(),
              config.training().seed());
      StructureLearner structure = setup.structureLearner();
      RoundLoop training = new RoundLoop("train", setup, cluster, model, structure, listener);
      CosineSchedule learningRate =
          new CosineSchedule(config.training().learningRate(), setup.rounds());
      training.run(config.training().epochs(), 0, learningRate::at);
      RoundWork lastStep = training.work(setup.rounds(), config.training().epochs(), 0);

      Mask mask = choose(cluster, model, structure);
      ModelState finished =
          model.withFreshOptimiser(config.training().momentum(), config.training().weightDecay());
      RoundLoop fineTuning =
          new RoundLoop(
              "fine-tune",
              setup,
              cluster,
              finished,
              new FixedStructure(setup.space(), mask),
              listener);
      if (config.finish().fineTuneEpochs() > 0) {
        fineTuning.run(
            config.finish().fineTuneEpochs(),
            config.training().epochs(),
            round -> config.finish().fineTuneLearningRate());
        estimateStatistics(cluster, finished, mask);
      }
      return measure(cluster, structure, finished, mask, lastStep, training, fineTuning);
    }
  }

  /**
   * The candidate with the best accuracy on the images held back; the lower loss, then the earlier
   * one, in a tie.
   */
  private Mask choose(Cluster cluster, ModelState model, StructureLearner structure) {
    listener.phaseStarted("choose", 0);
    List<Mask> candidates = structure.candidates(setup.config().finish().candidates());
    List<CandidateResult> results = cluster.judge(candidateWork(model, candidates));
    int best =
        IntStream.range(0, candidates.size())
            .boxed()
            .min(
                Comparator.comparingLong((Integer i) -> -results.get(i).evaluation().correct())
                    .thenComparingDouble(i -> results.get(i).evaluation().lossSum()))
            .orElseThrow();
    model.setStatistics(candidates.get(best), results.get(best).statistics());
    return candidates.get(best);
  }

  private void estimateStatistics(Cluster cluster, ModelState model, Mask mask) {
    CandidateResult result = cluster.judge(candidateWork(model, List.of(mask))).get(0);
    model.setStatistics(mask, result.statistics());
  }

  private CandidateWork candidateWork(ModelState model, List<Mask> candidates) {
    Mask union = candidates.stream().reduce(Mask::union).orElseThrow();
    return new CandidateWork(
        candidates,
        union,
        model.parametersOf(union),
        setup.config().training().epochs(),
        setup.statisticsBatches());
  }

  private TrainingResult measure(
      Cluster cluster,
      StructureLearner structure,
      ModelState model,
      Mask mask,
      RoundWork lastStep,
      RoundLoop training,
      RoundLoop fineTuning) {
    listener.phaseStarted("measure", 0);
    CompactNetwork compact = CompactNetwork.of(setup.network(), mask);
    float[] parameters = model.parametersOf(mask);
    float[] statistics = model.statisticsOf(mask);
    Evaluation test = cluster.evaluate(candidateWork(model, List.of(mask)), statistics);
    List<StepTiming> timings = cluster.timeSteps(lastStep, model.parameters());
    CostModel flops = NetworkCost.flops(setup.network());
    CostModel count = NetworkCost.parameters(setup.network());
    Mask full = Mask.full(setup.network().groupChannels());
    RunSummary summary =
        new RunSummary(
            setup.network().name(),
            test.accuracy(),
            test.loss(),
            test.images(),
            Math.round(count.cost(mask)),
            Math.round(count.cost(full)),
            Math.round(flops.cost(mask)),
            Math.round(flops.cost(full)),
            (training.images() + fineTuning.images()) / (training.seconds() + fineTuning.seconds()),
            meanMillis(timings.stream().mapToLong(StepTiming::sparseNanos).toArray()),
            meanMillis(timings.stream().mapToLong(StepTiming::denseNanos).toArray()),
            training.seconds() + fineTuning.seconds());
    return new TrainingResult(
        setup, compact, parameters, statistics, model, structure.probabilities(), summary);
  }

  private static double meanMillis(long[] nanos) {
    return IntStream.range(0, nanos.length)
        .mapToDouble(i -> nanos[i] / 1e6)
        .average()
        .orElseThrow();
  }
}
