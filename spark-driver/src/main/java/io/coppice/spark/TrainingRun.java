package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.config.RunConfig.OnDivergence;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.report.RunSummary;
import io.coppice.storage.Checkpoint;
import io.coppice.train.DivergedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
  private final StopRequest stopRequest = new StopRequest();
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
    try (Cluster executors = new Cluster(spark, setup, instructionSets, hook)) {
      cluster = executors;
      Optional<Checkpoint> from = continuation.from();
      int halvings = from.map(checkpoint -> checkpoint.state().halvings()).orElse(0);
      while (true) {
        try {
          return attempt(executors, instructionSets, from, halvings);
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

  private TrainingResult attempt(
      Cluster executors, InstructionSets instructionSets, Optional<Checkpoint> from, int halvings)
      throws IOException {
    RunState state =
        from.map(checkpoint -> RunState.of(setup, checkpoint, halvings))
            .orElseGet(() -> RunState.start(setup, halvings));
    StateKeeper keeper = new StateKeeper(continuation, state, instructionSets, stopRequest);
    new Attempt(setup, executors, listener, state, keeper)
        .run(
            from.map(checkpoint -> checkpoint.state().phase()).orElse(Phase.TRAIN),
            from.map(checkpoint -> Position.of(checkpoint.state())).orElse(Position.START));
    listener.phaseStarted(RunPhase.MEASURE, 0, 0);
    RunSummary summary = new Measurement(setup, executors).of(state);
    return TrainingResult.of(setup, state, summary, instructionSets.names());
  }

  /**
   * Asks the run to end after the round at hand, keeping its state. May be called by any thread.
   */
  public void stop() {
    stopRequest.make();
  }

  /** Asks the run to end without waiting for the round at hand, keeping the state before it. */
  public void abandonRound() {
    stopRequest.make();
    Cluster executors = cluster;
    if (executors != null) {
      executors.stop();
    }
  }
}
