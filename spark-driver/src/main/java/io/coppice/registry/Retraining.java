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
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.shards.DataSummary;
import io.coppice.source.ImageSource;
import io.coppice.spark.ModelEvaluator;
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

  /**
   * @param config of the training; {@code training.from} counts only where the registry has no
   *     current model
   * @param images to train on and to measure both models by
   * @param hadoop for file systems
   * @param listener hears of the training, and is cautioned of drift
   */
  public Retraining(
      Registry registry,
      RunConfig config,
      ImageSource images,
      Configuration hadoop,
      RunListener listener) {
    this.registry = registry;
    this.config = config;
    this.images = images;
    this.hadoop = hadoop;
    this.listener = listener;
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
      if (!ID.matcher(id).matches()) {
        throw new ConfigException(
            "--run-id " + id,
            List.of("expected letters, digits, dots, dashes and underscores, at most 100"));
      }
      Optional<HistoryEntry> decided = registry.decision(id);
      if (decided.isPresent()) {
        return new Outcome(decided.get(), true);
      }
    }
    try (RunOwner owner = registry.claim(takeOver)) {
      int current = registry.current();
      if (current > 0) {
        registry.requireWhole(current);
      }
      String known = id.isEmpty() ? idOfWhatItIs(spark.get()) : id;
      Optional<HistoryEntry> last = registry.last(known);
      if (last.isPresent() && last.get().action().decides()) {
        return new Outcome(last.get(), true);
      }
      int base = current;
      if (last.isPresent() && registry.run(known).exists()) {
        // What is kept of the run goes on from the weights that it began with alone.
        base = last.get().base();
        if (base > 0 && base != current) {
          registry.requireWhole(base);
        }
      } else if (last.isEmpty() || last.get().base() != current) {
        registry.add(owner, began(known, current));
      }
      TrainingResult result = train(known, base, takeOver, runner);
      return new Outcome(decide(owner, known, base, current, result, spark.get()), false);
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
            config, identity.trainSha256(), identity.testSha256(), identity.networkSha256(), "")
        .shortHash();
  }

  private TrainingResult train(String id, int base, boolean takeOver, Runner runner)
      throws IOException {
    RunConfig from = base == 0 ? config : config.startingFrom(registry.directory(base).location());
    Trainer trainer =
        Trainer.of(from)
            .output(registry.run(id).location())
            .listener(new RunListeners(List.of(new TestImagesRequired(), listener)));
    try (Training training = (takeOver ? trainer.takingOver() : trainer).prepare(images, hadoop)) {
      return runner.run(training);
    }
  }

  /** Ends a run before it begins where its result could not be judged. */
  private static final class TestImagesRequired implements RunListener {
    @Override
    public void dataRead(DataReport data) {
      if (data.testImages() == 0) {
        throw new InvalidDataException(
            data.source()
                + ": expected images to test by, by which the current model and the new one are compared, found none; set"
                + " some apart, or say data.testShare=0.1");
      }
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
