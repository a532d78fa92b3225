package io.coppice.spark;

import io.coppice.artifact.ModelValues;
import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.OnDivergence;
import io.coppice.spark.RoundLoop.Position;
import io.coppice.spark.RoundLoop.Totals;
import io.coppice.storage.Checkpoint;
import io.coppice.structure.CosineSchedule;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.train.DivergedException;
import io.coppice.train.Evaluation;
import io.coppice.train.FixedStructure;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.StructureLearner;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * A whole run on a Spark cluster: trains weights and structure, chooses the final mask on images
 * held back, fine-tunes its compact network, and measures it. Goes on from a checkpoint as if it
 * had never stopped.
 */
public final class TrainingRun {

  private static final int MOST_HALVINGS = 8;

  private final RunSetup setup;
  private final JavaSparkContext spark;
  private final RunListener listener;
  private final Continuation continuation;
  private final StepHook hook;
  private volatile boolean stopRequested;
  private volatile @Nullable Cluster cluster;

  /** A run that is kept nowhere. */
  public TrainingRun(RunSetup setup, JavaSparkContext spark, RunListener listener) {
    this(setup, spark, listener, Continuation.NONE);
  }

  public TrainingRun(
      RunSetup setup, JavaSparkContext spark, RunListener listener, Continuation continuation) {
    this(setup, spark, listener, continuation, StepHook.NONE);
  }

  TrainingRun(
      RunSetup setup,
      JavaSparkContext spark,
      RunListener listener,
      Continuation continuation,
      StepHook hook) {
    this.setup = setup;
    this.spark = spark;
    this.listener = listener;
    this.continuation = continuation;
    this.hook = hook;
  }

  /**
   * Runs it to the end.
   *
   * @throws DivergedException if the training diverges and the configuration wants it to stop
   * @throws ClusterLostException if the executors do not do their work
   * @throws StoppedException after {@link #stop}
   * @throws IOException if checkpoints cannot be written or read
   */
  public TrainingResult run() throws IOException {
    InstructionSets instructionSets =
        new InstructionSets(
            listener, continuation.from().map(Checkpoint::instructionSets).orElse(List.of()));
    try (Cluster executors =
        new Cluster(
            spark,
            setup.taskSettings(),
            setup.config().distribution().roundDeadlineSeconds(),
            instructionSets,
            hook,
            setup.partition().shards(),
            setup.partition().heldBack(),
            setup.dataset().test())) {
      cluster = executors;
      Optional<Checkpoint> from = continuation.from();
      int halvings = from.map(checkpoint -> checkpoint.state().halvings()).orElse(0);
      while (true) {
        try {
          return new Attempt(executors, instructionSets, from, halvings).run();
        } catch (DivergedException e) {
          if (setup.config().training().onDivergence() == OnDivergence.STOP
              || halvings == MOST_HALVINGS) {
            throw e;
          }
          halvings++;
          from = continuation.checkpoints().last();
          listener.wentBack(
              String.valueOf(e.getMessage()),
              from.map(Checkpoint::number).orElse(0L),
              Math.pow(0.5, halvings));
        }
      }
    } finally {
      cluster = null;
    }
  }

  /**
   * Asks the run to end after the round at hand, keeping its state. May be called by any thread.
   */
  public void stop() {
    stopRequested = true;
  }

  /** Asks the run to end without waiting for the round at hand, keeping the state before it. */
  public void abandonRound() {
    stopRequested = true;
    Cluster executors = cluster;
    if (executors != null) {
      executors.stop();
    }
  }

  /** One try to get to the end, from a checkpoint or from the start. */
  private final class Attempt {

    private final Cluster executors;
    private final InstructionSets instructionSets;
    private final int halvings;
    private final Totals totals;
    private final StructureLearner structure = setup.structureLearner();
    private final @Nullable TrainingState from;
    private ModelState model;
    private @Nullable Mask chosen;

    Attempt(
        Cluster executors,
        InstructionSets instructionSets,
        Optional<Checkpoint> from,
        int halvings) {
      this.executors = executors;
      this.instructionSets = instructionSets;
      this.halvings = halvings;
      this.from = from.map(Checkpoint::state).orElse(null);
      this.totals =
          from.map(
                  checkpoint ->
                      new Totals(checkpoint.number(), checkpoint.images(), checkpoint.seconds()))
              .orElseGet(() -> new Totals(0, 0, 0));
      if (this.from == null) {
        this.model =
            new ModelState(
                setup.network(),
                setup.config().training().momentum(),
                setup.config().training().weightDecay(),
                setup.config().training().seed());
      } else {
        this.model = modelOf(this.from.model());
        this.structure.restore(this.from.structure());
        this.chosen = this.from.chosen();
      }
    }

    private ModelState modelOf(ModelValues values) {
      return new ModelState(
          setup.network(),
          values,
          setup.config().training().momentum(),
          setup.config().training().weightDecay());
    }

    TrainingResult run() throws IOException {
      RunConfig config = setup.config();
      Phase phase = from == null ? Phase.TRAIN : from.phase();
      Position start = from == null ? Position.START : Position.of(from);
      double rateFactor = Math.pow(0.5, halvings);
      if (phase == Phase.TRAIN) {
        CosineSchedule learningRate =
            new CosineSchedule(config.training().learningRate() * rateFactor, setup.rounds());
        loop(Phase.TRAIN, structure)
            .run(config.training().epochs(), 0, learningRate::at, start, watcher(Phase.TRAIN));
        chosen = choose();
        model = modelOf(model.values().atRest());
        start = Position.START;
        phase = Phase.FINE_TUNE;
        continuation.checkpoints().save(checkpoint(phase, start));
      }
      Mask mask = Objects.requireNonNull(chosen, "a mask is chosen before fine-tuning");
      if (phase == Phase.FINE_TUNE) {
        if (config.finish().fineTuneEpochs() > 0) {
          loop(Phase.FINE_TUNE, new FixedStructure(setup.space(), mask))
              .run(
                  config.finish().fineTuneEpochs(),
                  config.training().epochs(),
                  round -> config.finish().fineTuneLearningRate() * rateFactor,
                  start,
                  watcher(Phase.FINE_TUNE));
          model.setStatistics(mask, judge(List.of(mask)).get(0).statistics());
        }
        continuation.checkpoints().save(checkpoint(Phase.FINISHED, Position.START));
      }
      return measure(mask);
    }

    private RoundLoop loop(Phase phase, StructureLearner learner) {
      return new RoundLoop(phase, setup, executors, model, learner, listener, totals);
    }

    private RoundLoop.Watcher watcher(Phase phase) {
      return new RoundLoop.Watcher() {
        @Override
        public void roundEnded(Position position) throws IOException {
          if (stopRequested) {
            continuation.checkpoints().saveNow(checkpoint(phase, position));
            throw stopped();
          }
          if (continuation.checkpoints().isDue(totals.rounds())) {
            continuation.checkpoints().save(checkpoint(phase, position));
          }
        }

        @Override
        public void roundFailed(Position position) throws IOException {
          continuation.checkpoints().saveNow(checkpoint(phase, position));
        }
      };
    }

    private StoppedException stopped() {
      return new StoppedException(
          "stopped after round "
              + totals.rounds()
              + ", as it was asked to; the same command goes on from there");
    }

    private Checkpoint checkpoint(Phase phase, Position position) {
      TrainingState state =
          new TrainingState(
              phase,
              position.round(),
              position.lossSum(),
              position.accuracySum(),
              halvings,
              model.values(),
              structure.values(),
              chosen);
      return new Checkpoint(
          totals.rounds(),
          state,
          totals.images(),
          totals.seconds(),
          instructionSets.names(),
          continuation.metrics().get());
    }

    /**
     * The candidate with the best accuracy on the images held back; the lower loss, then the
     * earlier one, in a tie.
     */
    private Mask choose() {
      listener.phaseStarted("choose", 0, 0);
      List<Mask> candidates = structure.candidates(setup.config().finish().candidates());
      List<CandidateResult> results = judge(candidates);
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

    private List<CandidateResult> judge(List<Mask> candidates) {
      return executors.judge(candidateWork(candidates));
    }

    private CandidateWork candidateWork(List<Mask> candidates) {
      return new CandidateWork(
          candidates,
          model.parametersOf(candidates),
          setup.config().training().epochs(),
          setup.statisticsBatches());
    }

    private TrainingResult measure(Mask mask) {
      listener.phaseStarted("measure", 0, 0);
      CompactNetwork compact = CompactNetwork.of(setup.network(), mask);
      float[] parameters = model.parametersOf(mask);
      float[] statistics = model.statisticsOf(mask);
      Evaluation test = executors.evaluate(candidateWork(List.of(mask)), statistics);
      // A step as the training's last ones were.
      RoundWork lastStep =
          loop(Phase.TRAIN, structure)
              .work(setup.rounds(), setup.config().training().epochs(), 0, 1, 0);
      List<StepTiming> timings = executors.timeSteps(lastStep, model.parameters());
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
              totals.images() / totals.seconds(),
              meanMillis(timings.stream().mapToLong(StepTiming::sparseNanos).toArray()),
              meanMillis(timings.stream().mapToLong(StepTiming::denseNanos).toArray()),
              totals.seconds());
      return new TrainingResult(
          setup,
          compact,
          parameters,
          statistics,
          model,
          structure.probabilities(),
          summary,
          instructionSets.names());
    }
  }

  private static double meanMillis(long[] nanos) {
    return IntStream.range(0, nanos.length)
        .mapToDouble(i -> nanos[i] / 1e6)
        .average()
        .orElseThrow();
  }
}
