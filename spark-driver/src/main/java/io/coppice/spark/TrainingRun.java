package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.config.RunConfig.Cost;
import io.coppice.config.RunConfig.OnDivergence;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.report.RunSummary;
import io.coppice.shards.RunImages;
import io.coppice.storage.Checkpoint;
import io.coppice.train.DivergedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A whole run on a Spark cluster: trains weights and structure, chooses the final mask on images
 * held back, fine-tunes its compact network, and measures it. Goes on from a checkpoint as if it
 * had never stopped.
 */
final class TrainingRun {

  private static final int MOST_HALVINGS = 8;

  private final RunSetup setup;
  private final SparkJobs jobs;
  private final RunImages images;
  private final RunListener listener;
  private final Continuation continuation;
  private final StepHook hook;
  private final StopRequest stop;

  /**
   * @param jobs on whose Spark it runs
   * @param images of the run
   * @param continuation where it is kept
   * @param hook called before every shard's steps
   */
  TrainingRun(
      RunSetup setup,
      SparkJobs jobs,
      RunImages images,
      RunListener listener,
      Continuation continuation,
      StepHook hook,
      StopRequest stop) {
    this.setup = setup;
    this.jobs = jobs;
    this.images = images;
    this.listener = listener;
    this.continuation = continuation;
    this.hook = hook;
    this.stop = stop;
  }

  /**
   * Runs it to the end.
   *
   * @throws DivergedException if the training diverges and the configuration wants it to stop
   * @throws io.coppice.config.ConfigException if the executors cannot do their work as they are
   *     configured; no round was taken
   * @throws TaskFailedException if a task fails by itself
   * @throws ClusterLostException if the executors do not do their work
   * @throws StoppedException if it was asked to stop
   * @throws IOException if checkpoints cannot be written or read
   */
  TrainingResult run() throws IOException {
    ExecutorMemory.require(jobs.spark().getConf(), setup);
    InstructionSets instructionSets =
        new InstructionSets(
            listener, continuation.from().map(Checkpoint::instructionSets).orElse(List.of()));
    try (Cluster executors = new Cluster(jobs, setup, images, instructionSets, hook)) {
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
    }
  }

  private TrainingResult attempt(
      Cluster executors, InstructionSets instructionSets, Optional<Checkpoint> from, int halvings)
      throws IOException {
    RunState state =
        from.map(checkpoint -> RunState.of(setup, checkpoint, halvings))
            .orElseGet(() -> RunState.start(setup, halvings));
    StateKeeper keeper = new StateKeeper(continuation, state, instructionSets, stop);
    if (from.isEmpty() && setup.config().structure().cost() == Cost.TIME) {
      // What was timed decides on the bits, and would be other if it were timed again.
      keeper.enter(Phase.TRAIN);
    }
    new Attempt(setup, executors, listener, state, keeper)
        .run(
            from.map(checkpoint -> checkpoint.state().phase()).orElse(Phase.TRAIN),
            from.map(checkpoint -> Position.of(checkpoint.state())).orElse(Position.START));
    listener.phaseStarted(RunPhase.MEASURE, 0, 0);
    RunSummary summary = new Measurement(setup, executors).of(state);
    return TrainingResult.of(setup, state, summary, instructionSets.names());
  }
}
