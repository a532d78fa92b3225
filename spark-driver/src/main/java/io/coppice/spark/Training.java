package io.coppice.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.config.RunConfig;
import io.coppice.page.PageHtml;
import io.coppice.page.RunPage;
import io.coppice.page.RunPageReader;
import io.coppice.report.DataReport;
import io.coppice.report.ExitCode;
import io.coppice.report.MetricsFile;
import io.coppice.report.OutcomeRecord;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.report.RunObservers;
import io.coppice.report.RunSummary;
import io.coppice.report.SummaryText;
import io.coppice.report.Version;
import io.coppice.shards.DataSummary;
import io.coppice.shards.RunImages;
import io.coppice.source.ImageSource;
import io.coppice.spark.RunPreview.Beginning;
import io.coppice.storage.AsyncCheckpoints;
import io.coppice.storage.Checkpoint;
import io.coppice.storage.CheckpointStore;
import io.coppice.storage.MetricsLog;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.ResultFile;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import io.coppice.storage.UnusableCheckpointException;
import io.coppice.structure.CostModel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** One training, made by {@link Trainer#prepare}: it can be run once, and stopped while it runs. */
public final class Training implements AutoCloseable {

  private final RunConfig config;
  private final ImageSource source;
  private final NetworkSource network;
  private final @Nullable StartSource start;
  private final @Nullable TimesSource times;
  private final Configuration hadoop;
  private final @Nullable RunDirectory directory;
  private final @Nullable String parent;
  private final boolean takeOver;
  private RunListener listener;
  private final StopRequest stop = new StopRequest();

  /**
   * @param source of the images
   * @param network where it comes from
   * @param start the trained network that it starts from; null: none
   * @param times what rounds take; null: what they are timed to take, if that is asked for
   * @param hadoop for file systems
   * @param directory where it is kept; null: nowhere, or below a parent
   * @param parent of a directory named by the run, where it is kept; null: not there
   */
  Training(
      RunConfig config,
      ImageSource source,
      NetworkSource network,
      @Nullable StartSource start,
      @Nullable TimesSource times,
      Configuration hadoop,
      @Nullable RunDirectory directory,
      @Nullable String parent,
      boolean takeOver,
      RunListener listener) {
    this.config = config;
    this.source = source;
    this.network = network;
    this.start = start;
    this.times = times;
    this.hadoop = hadoop;
    this.directory = directory;
    this.parent = parent;
    this.takeOver = takeOver;
    this.listener = new RunListeners(List.of(listener));
  }

  /** The output directory or its parent, for messages; empty if there is none. */
  public String directory() {
    return directory != null ? directory.location() : parent == null ? "" : parent;
  }

  /**
   * Runs it to the end, from the last checkpoint in its output directory if there is one. A
   * training that is complete there already is read back.
   *
   * @see Trainer#train(JavaSparkContext, ImageSource)
   * @throws StoppedException after {@link #stop} or {@link #stopAtOnce}
   */
  public TrainingResult run(JavaSparkContext spark) throws IOException {
    return run(() -> spark);
  }

  /**
   * The same with a Spark that is started only once it is clear that the output directory can be
   * had.
   *
   * @param spark starts it; who calls this stops it
   */
  public TrainingResult run(Supplier<JavaSparkContext> spark) throws IOException {
    if (directory == null) {
      try (SparkJobs jobs = observedJobs(spark);
          RunImages images = read(jobs)) {
        RunSetup setup = setup(images);
        return parent == null
            ? runUnkept(setup, jobs, images)
            : runBelow(parent, setup, jobs, images);
      }
    }
    try (RunOwner owner = RunOwner.claim(directory, takeOver)) {
      return recorded(
          directory,
          owner,
          record -> {
            try (SparkJobs jobs = observedJobs(spark)) {
              record.application(jobs.spark().sc().applicationId());
              try (RunImages images = read(jobs)) {
                return run(setup(images), jobs, images, directory, owner);
              }
            }
          });
    }
  }

  /** A part of the training whose outcome is recorded. */
  private interface Recorded {
    TrainingResult run(OutcomeRecord record) throws IOException;
  }

  /**
   * Leaves in the directory what becomes of the training. Where a result is there already, it stays
   * what became of it, unless this training finds that it is its own, or damaged.
   */
  private TrainingResult recorded(RunDirectory own, RunOwner owner, Recorded work)
      throws IOException {
    OutcomeRecord record = OutcomeRecord.of(own.outcome(), owner, listener::warned);
    boolean complete = own.isComplete();
    if (!complete) {
      record.begin(new ObjectMapper().createObjectNode());
    }
    try {
      TrainingResult result = work.run(record);
      record.end(
          ExitCode.DONE,
          SummaryText.sentence(result.summary()),
          new ObjectMapper().valueToTree(result.summary()));
      return result;
    } catch (Throwable e) {
      // Spark is Scala: its checked exceptions come too.
      recordFailure(record, complete, e);
      throw e;
    }
  }

  private static void recordFailure(OutcomeRecord record, boolean complete, Throwable failure) {
    RunEnd end = RunEnd.of(failure);
    // A directory that is another run's, or was taken over, tells of that one.
    if (complete
        ? end.exitCode() == ExitCode.CHECKPOINT
        : end.exitCode() != ExitCode.OUTPUT_IN_USE) {
      record.end(end.exitCode(), end.message());
    }
  }

  private TrainingResult runUnkept(RunSetup setup, SparkJobs jobs, RunImages images)
      throws IOException {
    jobs.belongTo("", setup.network().name());
    listener.began(setup.outline("", 0));
    try {
      return run(timed(setup, null, jobs, images), jobs, images, listener, Continuation.NONE);
    } finally {
      listener.ended();
    }
  }

  private TrainingResult runBelow(String above, RunSetup setup, SparkJobs jobs, RunImages images)
      throws IOException {
    String name = setup.network().name() + "-" + setup.identity().shortHash();
    try (RunDirectory own = RunDirectory.open(above + Path.SEPARATOR + name, hadoop);
        RunOwner owner = RunOwner.claim(own, takeOver)) {
      return recorded(
          own,
          owner,
          record -> {
            record.application(jobs.spark().sc().applicationId());
            return run(setup, jobs, images, own, owner);
          });
    }
  }

  /** Reads all images once and works the run out. */
  RunSetup validate(JavaSparkContext spark) throws IOException {
    try (SparkJobs jobs = jobs(spark);
        RunImages images = read(jobs)) {
      RunSetup setup = setup(images);
      ExecutorMemory.require(spark.getConf(), setup);
      return setup;
    }
  }

  /**
   * Finds out what {@link #run(JavaSparkContext)} would do, by all that it does before its first
   * round, but writes nothing.
   *
   * @throws OutputInUseException and whatever else ends a run before it begins
   */
  public RunPreview preview(JavaSparkContext spark) throws IOException {
    if (directory == null) {
      return new RunPreview(validate(spark), Beginning.BEGINS, 0);
    }
    RunOwner.requireFree(directory, takeOver);
    RunSetup setup = validate(spark);
    if (isComplete(setup, directory)) {
      return new RunPreview(setup, Beginning.COMPLETE, 0);
    }
    CheckpointStore.Found found = setup.checkpoints(directory, Version.current()).latest();
    found.passedOver().forEach(problem -> listener.warned("checkpoint passed over: " + problem));
    return found
        .checkpoint()
        .map(from -> new RunPreview(setup, Beginning.GOES_ON, from.number()))
        .orElseGet(() -> new RunPreview(setup, Beginning.BEGINS, 0));
  }

  /** Starts Spark, and with it whoever observes the runs of its driver. */
  private SparkJobs observedJobs(Supplier<JavaSparkContext> spark) {
    SparkJobs jobs = jobs(spark.get());
    listener = RunObservers.ofThisJvm().with(listener);
    return jobs;
  }

  private SparkJobs jobs(JavaSparkContext spark) {
    SparkJobs jobs = new SparkJobs(spark, config.distribution().roundDeadlineSeconds(), stop);
    jobs.belongTo(directory == null ? "" : directory.name(), "");
    return jobs;
  }

  private RunImages read(SparkJobs jobs) throws IOException {
    PrecisionRdd.require(jobs, RunSetup.precision(config));
    try (JobLabel label = jobs.label("looking at the data")) {
      return RunImages.read(jobs.spark(), jobs, source, hadoop, RunSetup.division(config));
    }
  }

  private RunSetup setup(RunImages images) {
    RunSetup setup = RunSetup.of(config, images.summary(), network, start, times);
    if (!setup.notes().isEmpty()) {
      listener.cautioned(
          config.network().file()
              + " says how Deeplearning4j would train it, which is not taken over: "
              + String.join("; ", setup.notes()));
    }
    DataSummary data = setup.data();
    listener.dataRead(
        new DataReport(
            setup.network().name(),
            data.source(),
            data.train().images(),
            data.test().images(),
            data.train().unreadable() + data.test().unreadable(),
            data.classes().size()));
    return setup;
  }

  private TrainingResult run(
      RunSetup setup, SparkJobs jobs, RunImages images, RunDirectory directory, RunOwner owner)
      throws IOException {
    CheckpointStore before = setup.checkpoints(directory, Version.current());
    if (isComplete(setup, directory)) {
      listener.wasComplete(directory.location());
      return readBack(setup, directory, before);
    }
    CheckpointStore.Found found = before.latest();
    Optional<Checkpoint> from = found.checkpoint();
    found.passedOver().forEach(problem -> listener.warned("checkpoint passed over: " + problem));
    from.ifPresent(checkpoint -> listener.wentOn(checkpoint.number(), directory.location()));
    jobs.belongTo(directory.name(), setup.network().name());
    listener.began(setup.outline(directory.name(), from.map(Checkpoint::number).orElse(0L)));
    TrainingResult result;
    try {
      RunSetup timed = timed(setup, found.roundTime(), jobs, images);
      result =
          runKept(
              timed,
              setup.needsTimes() ? timed.checkpoints(directory, Version.current()) : before,
              found,
              jobs,
              images,
              directory,
              owner);
    } finally {
      listener.ended();
    }
    result.writeModels(directory);
    ObjectNode manifest = Manifest.of(directory, result, jobs.spark().version());
    writeReport(directory, manifest);
    owner.requireOwned();
    Manifest.write(directory, manifest);
    return result;
  }

  /** Takes the rounds that remain, with checkpoints. */
  private TrainingResult runKept(
      RunSetup setup,
      CheckpointStore store,
      CheckpointStore.Found found,
      SparkJobs jobs,
      RunImages images,
      RunDirectory directory,
      RunOwner owner)
      throws IOException {
    TrainingResult result;
    try (MetricsLog log = MetricsLog.open(directory, found.metrics(), listener::warned)) {
      try (AsyncCheckpoints checkpoints =
          new AsyncCheckpoints(
              store,
              owner,
              log,
              config.checkpoint(),
              found.checkpoint().map(Checkpoint::number).orElse(0L),
              new CheckpointReports(listener))) {
        result =
            run(
                setup,
                jobs,
                images,
                new RunListeners(List.of(new MetricsFile(log), listener)),
                new Continuation(checkpoints, found.checkpoint()));
      }
      owner.requireOwned();
      log.finish();
    }
    return result;
  }

  /** Tells of checkpoints. */
  private record CheckpointReports(RunListener listener) implements AsyncCheckpoints.Watcher {

    @Override
    public void written(long number, double seconds) {
      listener.checkpointWritten(number, seconds);
    }

    @Override
    public void failed(long number, String problem) {
      listener.checkpointFailed(number);
      listener.warned(problem);
    }
  }

  /** A page that cannot be made is no reason for a training to fail that is over. */
  private void writeReport(RunDirectory directory, JsonNode manifest) {
    String file = ResultFile.REPORT.path();
    try {
      RunPage page = RunPageReader.ofResult(directory, manifest);
      directory.write(file, out -> PageHtml.write(page, out));
    } catch (IOException | RuntimeException e) {
      listener.warned(file + " could not be made, the result is whole without it: " + e);
    }
  }

  private TrainingResult run(
      RunSetup setup,
      SparkJobs jobs,
      RunImages images,
      RunListener allListeners,
      Continuation continuation)
      throws IOException {
    return new TrainingRun(setup, jobs, images, allListeners, continuation, StepHook.NONE, stop)
        .run();
  }

  /**
   * The run with what its masks cost, for which rounds may have to be timed first.
   *
   * @param known what they came to when the run began; null: it has not begun
   */
  private RunSetup timed(
      RunSetup setup, @Nullable CostModel known, SparkJobs jobs, RunImages images) {
    if (!setup.needsTimes()) {
      return setup;
    }
    if (known != null) {
      return setup.timed(known);
    }
    ExecutorMemory.require(jobs.spark().getConf(), setup);
    InstructionSets instructionSets = new InstructionSets(listener, List.of());
    try (Cluster executors = new Cluster(jobs, setup, images, instructionSets, StepHook.NONE)) {
      return setup.timed(new TimeCalibration(setup, executors, listener).measure());
    }
  }

  /**
   * Whether the output directory holds the whole result of this very training already.
   *
   * @throws OutputInUseException if it holds that of another one
   */
  private static boolean isComplete(RunSetup setup, RunDirectory directory) throws IOException {
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

  private static TrainingResult readBack(
      RunSetup setup, RunDirectory directory, CheckpointStore store) throws IOException {
    CheckpointStore.Found found = store.latest();
    Checkpoint last =
        found
            .checkpoint()
            .filter(checkpoint -> checkpoint.state().phase() == Phase.FINISHED)
            .orElseThrow(
                () ->
                    new UnusableCheckpointException(
                        directory.location()
                            + ": the training is complete, but its result cannot be read back",
                        List.of("its last checkpoint is not there any more")));
    RunSummary summary = RunSummary.of(directory.manifest());
    RunSetup timed = found.roundTime() == null ? setup : setup.timed(found.roundTime());
    RunState state = RunState.of(timed, last, last.state().halvings());
    return TrainingResult.of(timed, state, summary, last.instructionSets());
  }

  /**
   * Asks it to end after the round at hand, keeping its state if it has a directory. May be called
   * by any thread.
   */
  public void stop() {
    stop.make();
  }

  /**
   * The same for a person's Ctrl-C, which its outcome tells from other reasons. May be called by
   * any thread.
   */
  public void interrupt() {
    stop.makeInterrupt();
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
