package io.coppice.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.registry.HistoryEntry.Action;
import io.coppice.report.DataReport;
import io.coppice.report.ExitCode;
import io.coppice.report.OutcomeRecord;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.shards.DataSummary;
import io.coppice.source.ImageSource;
import io.coppice.spark.ModelEvaluator;
import io.coppice.spark.RunEnd;
import io.coppice.spark.RunPreview;
import io.coppice.spark.RunSetup;
import io.coppice.spark.Trainer;
import io.coppice.spark.Training;
import io.coppice.spark.TrainingResult;
import io.coppice.storage.RunIdentity;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * A training that starts from a registry's current model, and puts its own in that one's place if
 * {@link Verdict} says so. Stopped in any way, the same one goes on; once it is decided, the same
 * one changes nothing.
 */
public final class Retraining {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Registry registry;
  private final RunConfig config;
  private final ImageSource images;
  private final Configuration hadoop;
  private final RunListener listener;
  private final boolean failIfNotPromoted;

  /**
   * @param config of the training; {@code training.from} counts only where the registry has no
   *     current model
   * @param images to train on and to measure both models by
   * @param hadoop for file systems
   * @param listener hears of the training, and is cautioned of drift
   * @param failIfNotPromoted whether it counts as {@link ExitCode#NOT_PROMOTED} that the current
   *     model stays, and not as {@link ExitCode#DONE}
   */
  public Retraining(
      Registry registry,
      RunConfig config,
      ImageSource images,
      Configuration hadoop,
      RunListener listener,
      boolean failIfNotPromoted) {
    this.registry = registry;
    this.config = config;
    this.images = images;
    this.hadoop = hadoop;
    this.listener = listener;
    this.failIfNotPromoted = failIfNotPromoted;
  }

  /** Runs a training to its end. */
  public interface Runner {
    TrainingResult run(Training training) throws IOException;
  }

  /**
   * What a retraining came to.
   *
   * @param decision the entry of the history that says it
   * @param before whether that had happened before
   */
  public record Outcome(HistoryEntry decision, boolean before) {

    /** In one sentence. */
    public String sentence() {
      return (before
              ? String.format(
                  Locale.ROOT,
                  "run %s was decided at %s, and nothing is to be done: ",
                  decision.run(),
                  decision.at())
              : "")
          + decision.why();
    }

    /** Whether its model became current. */
    public boolean promoted() {
      return decision.action() == Action.PROMOTED;
    }

    /**
     * What the command ends with.
     *
     * @param failIfNotPromoted see {@link Retraining#Retraining}
     */
    public ExitCode exitCode(boolean failIfNotPromoted) {
      return promoted() || !failIfNotPromoted ? ExitCode.DONE : ExitCode.NOT_PROMOTED;
    }
  }

  /**
   * Runs it.
   *
   * @param id names it; empty: what its data and configuration are, for which all images are read
   *     once more
   * @param takeOver see {@link RunOwner#claim}
   * @param spark starts Spark where that is needed; who calls this stops it
   * @param runner runs the training
   * @throws ConfigException if the configuration does not fit the current model or the data
   * @throws InvalidDataException if the images are not what they should be, or there are none to
   *     test by
   * @throws io.coppice.storage.OutputInUseException if somebody else writes to the registry
   * @throws io.coppice.storage.UnusableCheckpointException if the current version is damaged, or
   *     the run that goes on was another one
   */
  public Outcome run(String id, boolean takeOver, Supplier<JavaSparkContext> spark, Runner runner)
      throws IOException {
    if (!id.isEmpty()) {
      requireId(id);
      Optional<HistoryEntry> decided = registry.decision(id);
      if (decided.isPresent()) {
        return new Outcome(decided.get(), true);
      }
    }
    try (RunOwner owner = registry.claim(takeOver)) {
      String known = id.isEmpty() ? idOfWhatItIs(spark.get()) : id;
      return recorded(owner, known, record -> run(owner, known, takeOver, spark, runner, record));
    }
  }

  /**
   * Requires a name of a retraining to be one.
   *
   * @throws ConfigException if it is none
   */
  public static void requireId(String id) {
    if (!isId(id)) {
      throw new ConfigException(
          "--run-id " + id,
          List.of("expected letters, digits, dots, dashes and underscores, at most 100"));
    }
  }

  /** Whether a name of a retraining is one. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** A part of the retraining whose outcome is recorded. */
  private interface Recorded {
    Outcome run(OutcomeRecord record) throws IOException;
  }

  private Outcome recorded(RunOwner owner, String id, Recorded work) throws IOException {
    OutcomeRecord record = OutcomeRecord.of(registry.outcome(id), owner, listener::warned);
    record.begin(
        new ObjectMapper()
            .createObjectNode()
            .put(RetrainingOutcome.FAIL_IF_NOT_PROMOTED, failIfNotPromoted));
    try {
      Outcome outcome = work.run(record);
      record.end(
          outcome.exitCode(failIfNotPromoted), outcome.sentence(), outcome.decision().toJson());
      return outcome;
    } catch (Throwable e) {
      // Spark is Scala: its checked exceptions come too.
      RunEnd end = RunEnd.of(e);
      record.end(end.exitCode(), end.message());
      throw e;
    }
  }

  private Outcome run(
      RunOwner owner,
      String id,
      boolean takeOver,
      Supplier<JavaSparkContext> spark,
      Runner runner,
      OutcomeRecord record)
      throws IOException {
    Situation situation = situation(id);
    if (situation.decided().isPresent()) {
      return new Outcome(situation.decided().get(), true);
    }
    int base = situation.base();
    int current = situation.current();
    if (!situation.hasBegun()) {
      registry.add(owner, began(id, current));
    }
    RunListener began =
        new RunListener() {
          @Override
          public void dataRead(DataReport data) {
            record.application(spark.get().sc().applicationId());
            requireTestImages(data);
          }
        };
    TrainingResult result;
    try (Training training = training(id, base, takeOver, began)) {
      result = runner.run(training);
    }
    return new Outcome(decide(owner, id, base, current, result, spark.get()), false);
  }

  /**
   * How things are with a retraining.
   *
   * @param decided what it came to, if it did
   * @param current the version that is current; 0: none
   * @param base the version that it starts from; 0: none
   * @param hasBegun whether the history says so already
   */
  private record Situation(
      Optional<HistoryEntry> decided, int current, int base, boolean hasBegun) {}

  private Situation situation(String id) throws IOException {
    int current = registry.current();
    if (current > 0) {
      registry.requireWhole(current);
    }
    Optional<HistoryEntry> last = registry.last(id);
    if (last.isPresent() && last.get().action().decides()) {
      return new Situation(last, current, last.get().base(), true);
    }
    int base = current;
    boolean kept = last.isPresent() && registry.run(id).exists();
    if (kept) {
      // What is kept of the run goes on from the weights that it began with alone.
      base = last.get().base();
      if (base > 0 && base != current) {
        registry.requireWhole(base);
      }
    }
    return new Situation(
        Optional.empty(), current, base, kept || last.isPresent() && last.get().base() == current);
  }

  /**
   * What a retraining would do.
   *
   * @param id its name
   * @param current the version that is current; 0: none
   * @param base the version that it would start from; 0: none
   * @param directory that its run would be kept in
   * @param decided what it came to already; null where it did not
   * @param run what would be trained; null where it is decided
   */
  public record Preview(
      String id,
      int current,
      int base,
      String directory,
      @Nullable HistoryEntry decided,
      @Nullable RunPreview run) {}

  /**
   * Finds out what {@link #run} would do, by all that it does before the first round, but writes
   * nothing.
   *
   * @param id see {@link #run}
   * @param takeOver see {@link #run}
   */
  public Preview preview(String id, boolean takeOver, Supplier<JavaSparkContext> spark)
      throws IOException {
    if (!id.isEmpty()) {
      requireId(id);
    }
    registry.requireFree(takeOver);
    String known = id.isEmpty() ? idOfWhatItIs(spark.get()) : id;
    Situation situation = situation(known);
    String directory = registry.run(known).location();
    if (situation.decided().isPresent()) {
      return new Preview(
          known, situation.current(), situation.base(), directory, situation.decided().get(), null);
    }
    RunListener testable =
        new RunListener() {
          @Override
          public void dataRead(DataReport data) {
            requireTestImages(data);
          }
        };
    try (Training training = training(known, situation.base(), takeOver, testable)) {
      return new Preview(
          known,
          situation.current(),
          situation.base(),
          directory,
          null,
          training.preview(spark.get()));
    }
  }

  private static HistoryEntry began(String id, int current) {
    return HistoryEntry.now(
        Action.BEGAN,
        id,
        current,
        current,
        current == 0 ? "from drawn weights" : "from version " + current,
        new ObjectMapper().createObjectNode());
  }

  /**
   * The same for the same images and settings, whatever model the training starts from: so that a
   * repeat after a promotion is known.
   */
  private String idOfWhatItIs(JavaSparkContext spark) throws IOException {
    RunSetup setup = Trainer.of(config).validate(spark, images);
    RunIdentity identity = setup.identity();
    return new RunIdentity(
            config,
            identity.trainSha256(),
            identity.testSha256(),
            identity.networkSha256(),
            "",
            identity.timesSha256())
        .shortHash();
  }

  private Training training(String id, int base, boolean takeOver, RunListener first)
      throws IOException {
    RunConfig from = base == 0 ? config : config.startingFrom(registry.directory(base).location());
    Trainer trainer =
        Trainer.of(from)
            .output(registry.run(id).location())
            .listener(new RunListeners(List.of(first, listener)));
    return (takeOver ? trainer.takingOver() : trainer).prepare(images, hadoop);
  }

  /** Ends a run before it begins where its result could not be judged. */
  private static void requireTestImages(DataReport data) {
    if (data.testImages() == 0) {
      throw new InvalidDataException(
          data.source()
              + ": expected images to test by, by which the current model and the new one are compared, found none; set"
              + " some apart, or say data.testShare=0.1");
    }
  }

  private HistoryEntry decide(
      RunOwner owner,
      String id,
      int base,
      int current,
      TrainingResult result,
      JavaSparkContext spark)
      throws IOException {
    ModelEvaluator evaluator = new ModelEvaluator(spark, hadoop);
    Verdict verdict;
    ModelEvaluation candidate;
    ObjectNode figures;
    if (current == 0) {
      candidate =
          evaluator.evaluate(result.model(), images, config.data().onBadImage()).evaluation();
      verdict = Verdict.ofFirst(config.retrain(), candidate);
      figures = verdict.figures();
    } else {
      ModelVersion version = registry.version(current);
      ModelComparison compared =
          evaluator.compare(
              registry.model(current).model(), result.model(), images, config.data().onBadImage());
      candidate = compared.second();
      verdict = Verdict.of(config.retrain(), version, result.summary(), compared);
      Drift drift = Drift.of(version, result.setup().data(), compared.first().accuracy());
      drift.cautions(config.retrain()).forEach(listener::cautioned);
      figures = verdict.figures();
      figures.set("drift", drift.toJson());
    }
    addData(figures, result.setup().data());
    HistoryEntry decision = add(owner, id, base, current, result, candidate, verdict, figures);
    try {
      registry.writePage(decision);
      registry.removeRuns(
          registry.prunable(Integer.MAX_VALUE - 1, config.retrain().keptRuns()).runs());
    } catch (IOException | RuntimeException e) {
      listener.cautioned(
          registry.location()
              + ": the retraining is decided, but its page was not written, or earlier runs were not removed: "
              + e);
    }
    return decision;
  }

  private HistoryEntry add(
      RunOwner owner,
      String id,
      int base,
      int current,
      TrainingResult result,
      ModelEvaluation candidate,
      Verdict verdict,
      ObjectNode figures)
      throws IOException {
    if (!verdict.promotes()) {
      String stays = current == 0 ? "the registry stays empty" : "version " + current + " stays";
      return registry.add(
          owner,
          HistoryEntry.now(
              Action.REFUSED,
              id,
              current,
              base,
              String.format(
                  Locale.ROOT, "not promoted: %s; run %s: %s", stays, id, verdict.reasons()),
              figures));
    }
    int number = registry.register(owner, id, base, result.setup().data(), candidate);
    return registry.add(
        owner,
        HistoryEntry.now(
            Action.PROMOTED,
            id,
            number,
            base,
            String.format(
                Locale.ROOT, "promoted: version %d; run %s: %s", number, id, verdict.reasons()),
            figures));
  }

  private static void addData(ObjectNode figures, DataSummary data) {
    ObjectNode json = figures.putObject("data");
    json.put("source", data.source());
    json.put("trainImages", data.train().images());
    json.put("trainSha256", data.train().fingerprint());
    json.put("testImages", data.test().images());
    json.put("testSha256", data.test().fingerprint());
  }
}
