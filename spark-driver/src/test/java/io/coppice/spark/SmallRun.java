package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.data.Normalisation;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.shards.DataSummary;
import io.coppice.shards.ImagesSummary;
import io.coppice.shards.RunImages;
import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A run on a few real images, small enough for a test. */
public final class SmallRun {

  private static final int TRAIN_IMAGES = 200;
  private static final int TEST_IMAGES = 60;

  private static final Map<String, String> SMALL =
      Map.of(
          "network.name", "resnet8",
          "network.width", "0.5",
          "structure.granularity", "2",
          "structure.strategy", "anchor",
          "structure.anchor.rounds", "2",
          "training.epochs", "2",
          "training.batchSize", "48",
          "distribution.shards", "3",
          "finish.candidates", "3",
          "finish.statisticsBatches", "4");

  /** All that a run computed, round by round. */
  record Outcome(
      TrainingResult result,
      List<RoundReport> rounds,
      List<EpochReport> epochs,
      List<String> wentBack,
      List<String> cautions) {}

  private static final Map<Map<String, String>, Outcome> UNDISTURBED = new HashMap<>();

  private SmallRun() {}

  /** A small run's settings but for some, of which those without a value are left out. */
  static RunConfig config(Map<String, String> overrides) {
    Map<String, String> all = new HashMap<>(SMALL);
    all.putAll(overrides);
    all.values().removeIf(String::isEmpty);
    return ConfigReader.read("test", "", all);
  }

  /** The first images of the sample. */
  static MemorySource images() throws IOException {
    return SampleImages.first(TRAIN_IMAGES, TEST_IMAGES);
  }

  /** What they come to, without reading them. */
  static DataSummary data() {
    return new DataSummary(
        "images of a test",
        new Shape(1, 28, 28),
        CompactModel.numbered(10),
        new ImagesSummary(
            TRAIN_IMAGES, Collections.nCopies(10, TRAIN_IMAGES / 10L), "0", 0, 784L * TRAIN_IMAGES),
        new ImagesSummary(
            TEST_IMAGES, Collections.nCopies(10, TEST_IMAGES / 10L), "0", 0, 784L * TEST_IMAGES),
        new Normalisation(new float[] {72}, new float[] {90}));
  }

  /** A run worked out, without reading its images. */
  static RunSetup setup(Map<String, String> overrides) {
    RunConfig config = config(overrides);
    return RunSetup.of(config, data(), NetworkSource.ofCatalogue(config.network()), null, null);
  }

  /** Runs it on a Spark of its own. */
  static Outcome run(String master, Map<String, String> overrides) throws IOException {
    return run(master, overrides, Map.of(), StepHook.NONE, report -> {}, Continuation.NONE);
  }

  /** Is told of every round. */
  interface AfterRound {
    void ended(RoundReport report);
  }

  /**
   * The same with more of its surroundings.
   *
   * @param sparkSettings more properties of Spark
   * @param hook what goes wrong in tasks
   * @param afterRound called on the driver after every round
   * @param continuation where it is kept
   */
  static Outcome run(
      String master,
      Map<String, String> overrides,
      Map<String, String> sparkSettings,
      StepHook hook,
      AfterRound afterRound,
      Continuation continuation)
      throws IOException {
    SparkConf conf = sparkConf(master);
    sparkSettings.forEach(conf::set);
    try (JavaSparkContext spark =
        new JavaSparkContext(SparkSettings.apply(conf, config(overrides)))) {
      return run(spark, overrides, hook, afterRound, continuation);
    }
  }

  /** The same in a session. */
  static Outcome run(
      JavaSparkContext spark,
      Map<String, String> overrides,
      StepHook hook,
      AfterRound afterRound,
      Continuation continuation)
      throws IOException {
    List<RoundReport> rounds = new ArrayList<>();
    List<EpochReport> epochs = new ArrayList<>();
    List<String> wentBack = new ArrayList<>();
    List<String> cautions = new ArrayList<>();
    RunListener recorder =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            rounds.add(report);
            afterRound.ended(report);
          }

          @Override
          public void epochEnded(EpochReport report) {
            epochs.add(report);
          }

          @Override
          public void wentBack(String reason, long count, double learningRateFactor) {
            wentBack.add(count + " " + learningRateFactor + " " + reason);
          }

          @Override
          public void cautioned(String reason) {
            cautions.add(reason);
          }
        };
    RunConfig config = config(overrides);
    TrainingResult result =
        run(
            spark,
            config,
            NetworkSource.ofCatalogue(config.network()),
            recorder,
            continuation,
            hook,
            new StopRequest());
    return new Outcome(result, rounds, epochs, wentBack, cautions);
  }

  /** Runs it in a session. */
  static TrainingResult run(
      JavaSparkContext spark,
      RunConfig config,
      NetworkSource network,
      RunListener listener,
      Continuation continuation,
      StepHook hook,
      StopRequest stop)
      throws IOException {
    try (SparkJobs jobs = new SparkJobs(spark, config.distribution().roundDeadlineSeconds(), stop);
        RunImages images =
            RunImages.read(
                spark, jobs, images(), spark.hadoopConfiguration(), RunSetup.division(config))) {
      StartSource start =
          StartSource.isIn(config) ? StartSource.of(config, spark.hadoopConfiguration()) : null;
      RunSetup setup = RunSetup.of(config, images.summary(), network, start, null);
      return new TrainingRun(setup, jobs, images, listener, continuation, hook, stop).run();
    }
  }

  /** The outcome of a run that nothing disturbs, computed once. */
  static Outcome undisturbed(Map<String, String> overrides) throws IOException {
    Outcome known = UNDISTURBED.get(overrides);
    if (known == null) {
      known = run("local[2]", overrides);
      UNDISTURBED.put(overrides, known);
    }
    return known;
  }

  /** Requires two whole runs to have come to the same bits, and no image to count twice. */
  static void assertSameBitsAndImages(Outcome actual, Outcome expected) {
    assertSameBits(actual, expected);
    assertThat(actual.rounds().stream().map(RoundReport::images))
        .as("images of the rounds")
        .containsExactlyElementsOf(expected.rounds().stream().map(RoundReport::images).toList());
  }

  /** Requires two runs to have come to the same bits. */
  static void assertSameBits(Outcome actual, Outcome expected) {
    assertSameBits(actual.result(), expected.result());
  }

  /** Requires two results to be the same bits. */
  static void assertSameBits(TrainingResult actual, TrainingResult expected) {
    assertThat(actual.dense().values())
        .usingRecursiveComparison()
        .isEqualTo(expected.dense().values());
    assertThat(actual.probabilities()).containsExactly(expected.probabilities());
    assertThat(actual.compact().mask()).isEqualTo(expected.compact().mask());
    assertThat(actual.summary().testLoss()).isEqualTo(expected.summary().testLoss());
  }

  /** Properties of a Spark whose executors see what the test sees. */
  public static SparkConf sparkConf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        // Executors in JVMs of their own see what the test sees. They live for seconds, which the
        // second compiler would take from the training.
        .set("spark.executor.extraClassPath", absoluteClassPath())
        .set("spark.executor.extraJavaOptions", "-XX:+UseParallelGC -XX:TieredStopAtLevel=1");
  }

  static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(new File(entry).getAbsolutePath());
    }
    return String.join(File.pathSeparator, entries);
  }
}
