package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.report.MetricsFile;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.report.RunSummary;
import io.coppice.report.Version;
import io.coppice.storage.AsyncCheckpoints;
import io.coppice.storage.Checkpoint;
import io.coppice.storage.CheckpointStore;
import io.coppice.storage.MetricsLog;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import io.coppice.storage.UnusableCheckpointException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** One training, made by {@link Trainer#prepare}: it can be run once, and stopped while it runs. */
public final class Training implements AutoCloseable {

  private final RunSetup setup;
  private final @Nullable RunDirectory directory;
  private final boolean takeOver;
  private final RunListener listener;
  private final StopRequest stop = new StopRequest();

  /**
   * @param directory where it is kept; null: nowhere
   */
  Training(
      RunSetup setup, @Nullable RunDirectory directory, boolean takeOver, RunListener listener) {
    this.setup = setup;
    this.directory = directory;
    this.takeOver = takeOver;
    this.listener = listener;
  }

  /** What is trained on what. */
  public RunSetup setup() {
    return setup;
  }

  /** The output directory, for messages; empty if there is none. */
  public String directory() {
    return directory == null ? "" : directory.location();
  }

  /**
   * Whether the output directory holds the whole result of this very training already.
   *
   * @throws OutputInUseException if it holds that of another one
   */
  public boolean isComplete() throws IOException {
    return directory != null && isComplete(directory);
  }

  private boolean isComplete(RunDirectory directory) throws IOException {
    if (!directory.isComplete()) {
      return false;
    }
    List<String> differences = setup.identity().differences(directory.manifest());
    if (!differences.isEmpty()) {
      throw new OutputInUseException(
          directory.location()
              + ": the output directory holds the result of another run; name another one with --output, or remove"
              + " it\n  - "
              + String.join("\n  - ", differences));
    }
    return true;
  }

  /**
   * Runs it to the end, from the last checkpoint in its output directory if there is one. A
   * training that is complete there already is read back.
   *
   * @see Trainer#train(JavaSparkContext, io.coppice.data.Dataset)
   * @throws StoppedException after {@link #stop} or {@link #stopAtOnce}
   */
  public TrainingResult run(JavaSparkContext spark) throws IOException {
    return run(() -> spark);
  }

  /**
   * The same with a Spark that is started only once it is clear that there is something to do, and
   * that the output directory can be had.
   *
   * @param spark starts it; who calls this stops it
   */
  public TrainingResult run(Supplier<JavaSparkContext> spark) throws IOException {
    if (directory == null) {
      return run(spark.get(), listener, Continuation.NONE);
    }
    try (RunOwner owner = RunOwner.claim(directory, takeOver)) {
      CheckpointStore store = setup.checkpoints(directory, Version.current());
      if (isComplete(directory)) {
        return readBack(directory, store);
      }
      return run(spark, directory, owner, store);
    }
  }

  private TrainingResult run(
      Supplier<JavaSparkContext> starter,
      RunDirectory directory,
      RunOwner owner,
      CheckpointStore store)
      throws IOException {
    CheckpointStore.Found found = store.latest();
    Optional<Checkpoint> from = found.checkpoint();
    found.passedOver().forEach(problem -> listener.warned("checkpoint passed over: " + problem));
    from.ifPresent(checkpoint -> listener.wentOn(checkpoint.number(), directory.location()));
    JavaSparkContext spark = starter.get();
    TrainingResult result;
    try (MetricsLog log = MetricsLog.open(directory, found.metrics(), listener::warned)) {
      try (AsyncCheckpoints checkpoints =
          new AsyncCheckpoints(
              store,
              owner,
              log,
              setup.config().checkpoint(),
              from.map(Checkpoint::number).orElse(0L),
              listener::warned)) {
        result =
            run(
                spark,
                new RunListeners(List.of(new MetricsFile(log), listener)),
                new Continuation(checkpoints, from));
      }
      owner.requireOwned();
      log.finish();
    }
    result.writeModels(directory);
    owner.requireOwned();
    Manifest.write(directory, result, spark.version());
    return result;
  }

  private TrainingResult run(
      JavaSparkContext spark, RunListener allListeners, Continuation continuation)
      throws IOException {
    return new TrainingRun(setup, spark, allListeners, continuation, StepHook.NONE, stop).run();
  }

  private TrainingResult readBack(RunDirectory directory, CheckpointStore store)
      throws IOException {
    Checkpoint last =
        store
            .latest()
            .checkpoint()
            .filter(checkpoint -> checkpoint.state().phase() == Phase.FINISHED)
            .orElseThrow(
                () ->
                    new UnusableCheckpointException(
                        directory.location()
                            + ": the training is complete, but its result cannot be read back",
                        List.of("its last checkpoint is not there any more")));
    RunSummary summary = Manifest.summary(directory.manifest());
    RunState state = RunState.of(setup, last, last.state().halvings());
    return TrainingResult.of(setup, state, summary, last.instructionSets());
  }

  /**
   * Asks it to end after the round at hand, keeping its state if it has a directory. May be called
   * by any thread.
   */
  public void stop() {
    stop.make();
  }

  /**
   * Asks it to end without waiting for the round at hand, keeping the state before it. May be
   * called by any thread.
   */
  public void stopAtOnce() {
    stop.makeAtOnce();
  }

  /** Lets go of the output directory's file system. */
  @Override
  public void close() throws IOException {
    if (directory != null) {
      directory.close();
    }
  }
}
