package io.coppice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {

  private static final String EVERYTHING_SET =
      """
network: {name: vgg16, width: 1.0, file: /net.json}
data: {path: /data, format: orc, testPath: /test, classes: 12, labelColumn: y, imageColumn: x, shape: 1x28x28, maximum: 1, size: 96, resize: 112, channels: 1, testShare: 0.2, crop: false, flip: false, resizedCrop: 0.3, cropOriginal: true, jitter: 0.4, erase: 0.25, mixup: 0.6, onBadImage: skip, store: encoded}
structure:
  strategy: random
  budget: 0.2
  cost: time
  times: /timed
  granularity: 3
  keep: [first, last]
  floor: false
  duration: 0.75
  ramp: 0.125
  policyGradient: {learningRate: 0.5, probeEvery: 9}
  anchor: {rounds: 7, margin: 0.25}
  ranking: {across: network, rounds: 6, averagedRounds: 11}
  shares: {probeEvery: 5, thinned: 0.3, looks: 9, step: 0.5, significance: 4.0, ratio: 1.75, bound: 3.0, tilt: 0.25}
training: {from: /model, epochs: 3, batchSize: 60, learningRate: 0.2, rateBatchSize: 30, schedule: one-cycle, warmUp: 0.15, momentum: 0.8, nesterov: true, weightDecay: 0.01, decayed: kernels, labelSmoothing: 0.1, gradientNorm: 2.5, averaging: 0.9, precision: bfloat16, onDivergence: halve-learning-rate, seed: -5}
distribution: {shards: 5, masks: per-shard, localSteps: 8, reduce: executors, wire: bfloat16, roundDeadlineSeconds: 90, threadsPerTask: 2, imageMemory: 0.2}
finish: {candidates: 4, heldBack: 0.25, statisticsBatches: 6, fineTuneEpochs: 0, fineTuneLearningRate: 0.5}
checkpoint: {everySeconds: 5, everyRounds: 6, keep: 7, toleratedFailures: 8}
retrain: {tolerance: 0.03, significance: 0.01, cost: time, maximumCost: 1.5, classDrift: 0.2, pixelDrift: 0.3, accuracyDrift: 0.4, keptRuns: 5}
hadoop: {fs.s3a.endpoint: "http://host:9000", fs.s3a.secret.key: "${env:S3_SECRET}"}
output: hdfs:///models/run
""";

  @Test
  void read_nothing_givesTheDefaults() {
    RunConfig config = ConfigReader.read("test", "", Map.of());
    assertThat(config.network().name()).isEqualTo("resnet20");
    assertThat(config.structure().strategy()).isEqualTo(RunConfig.Strategy.SHARES);
    assertThat(config.training().batchSize()).isEqualTo(128);
    assertThat(config.training().momentum()).isEqualTo(0.9);
    assertThat(config.distribution().shards()).isEqualTo(2);
    assertThat(config.data().path()).isEmpty();
  }

  @Test
  void read_everythingSet_takesEverything() {
    RunConfig config = ConfigReader.read("test", EVERYTHING_SET, Map.of());
    assertThat(config)
        .isEqualTo(
            new RunConfig(
                new RunConfig.NetworkConfig("vgg16", 1.0, "/net.json"),
                new RunConfig.DataConfig(
                    "/data",
                    RunConfig.Format.ORC,
                    "/test",
                    12,
                    "y",
                    "x",
                    "1x28x28",
                    1,
                    96,
                    112,
                    1,
                    0.2,
                    false,
                    false,
                    0.3,
                    true,
                    0.4,
                    0.25,
                    0.6,
                    RunConfig.OnBadImage.SKIP,
                    RunConfig.Store.ENCODED),
                new RunConfig.StructureConfig(
                    RunConfig.Strategy.RANDOM,
                    StructureBudget.ofShare(0.2),
                    RunConfig.Cost.TIME,
                    "/timed",
                    3,
                    List.of("first", "last"),
                    false,
                    0.75,
                    0.125,
                    new RunConfig.PolicyGradientConfig(0.5, 9),
                    new RunConfig.AnchorConfig(7, 0.25),
                    new RunConfig.RankingConfig(RunConfig.Across.NETWORK, 6, 11),
                    new RunConfig.SharesConfig(5, 0.3, 9, 0.5, 4.0, 1.75, 3.0, 0.25)),
                new RunConfig.TrainingConfig(
                    "/model",
                    3,
                    60,
                    0.2,
                    30,
                    RunConfig.Schedule.ONE_CYCLE,
                    0.15,
                    0.8,
                    true,
                    0.01,
                    RunConfig.Decayed.KERNELS,
                    0.1,
                    2.5,
                    0.9,
                    RunConfig.Precision.BFLOAT16,
                    RunConfig.OnDivergence.HALVE_LEARNING_RATE,
                    -5),
                new RunConfig.DistributionConfig(
                    5,
                    RunConfig.Masks.PER_SHARD,
                    8,
                    RunConfig.Reduce.EXECUTORS,
                    RunConfig.Precision.BFLOAT16,
                    90,
                    2,
                    0.2),
                new RunConfig.FinishConfig(4, 0.25, 6, 0, 0.5),
                new RunConfig.CheckpointConfig(5, 6, 7, 8),
                new RunConfig.RetrainConfig(
                    0.03, 0.01, RunConfig.ModelCost.TIME, 1.5, 0.2, 0.3, 0.4, 5),
                Map.of(
                    "fs.s3a.endpoint", "http://host:9000", "fs.s3a.secret.key", "${env:S3_SECRET}"),
                "hdfs:///models/run"));
  }

  @Test
  void startingFrom_everythingSet_changesNothingElse() {
    RunConfig config = ConfigReader.read("test", EVERYTHING_SET, Map.of());
    assertThat(config.startingFrom("hdfs:///other"))
        .isEqualTo(
            ConfigReader.read("test", EVERYTHING_SET, Map.of("training.from", "hdfs:///other")));
  }

  @Test
  void print_anyConfiguration_readsBackTheSame() {
    for (String yaml : List.of("", EVERYTHING_SET)) {
      RunConfig config = ConfigReader.read("test", yaml, Map.of());
      String printed = ConfigPrinter.print(config);
      assertThat(ConfigReader.read("printed", printed, Map.of())).isEqualTo(config);
      assertThat(printed.lines().filter(line -> line.strip().startsWith("#")).count())
          .isGreaterThan(30);
    }
  }

  @Test
  void read_override_winsOverTheFile() {
    RunConfig config =
        ConfigReader.read(
            "test",
            "training: {epochs: 3}",
            Map.of("training.epochs", "5", "network.name", "vgg16"));
    assertThat(config.training().epochs()).isEqualTo(5);
    assertThat(config.network().name()).isEqualTo("vgg16");
  }

  @Test
  void read_whatACommandKnows_holdsWhereNobodySaysOtherwise() {
    RunConfig config =
        ConfigReader.read(
            "test",
            "data: {size: 64}",
            Map.of(
                "data.size", "32", "data.resize", "96", "data.channels", "1", "data.flip", "false"),
            Map.of("data.resize", "128"),
            caution -> {});
    assertThat(config.data().size()).isEqualTo(64);
    assertThat(config.data().resize()).isEqualTo(128);
    assertThat(config.data().channels()).isEqualTo(1);
    assertThat(config.data().flip()).isFalse();
  }

  @Test
  void section_fileAndOverrides_overridesWin() {
    assertThat(
            ConfigReader.section(
                "hadoop",
                "test",
                "hadoop: {fs.a: 1, fs.b: x}",
                Map.of("hadoop.fs.b", "y", "training.epochs", "3")))
        .isEqualTo(Map.of("fs.a", "1", "fs.b", "y"));
  }

  @Test
  void read_overrideOfAHadoopProperty_keepsItsDots() {
    RunConfig config =
        ConfigReader.read("test", "", Map.of("hadoop.fs.s3a.path.style.access", "true"));
    assertThat(config.hadoop()).isEqualTo(Map.of("fs.s3a.path.style.access", "true"));
  }

  @Test
  void read_environmentReferenceOutsideHadoop_refused() {
    assertThat(fail("output: s3a://bucket/${env:TOKEN}", Map.of()).problems())
        .singleElement()
        .asString()
        .contains("'output'", "only the values under 'hadoop'");
  }

  @Test
  void resolve_environmentReferences_takesTheirValuesOrNamesWhatIsMissing() {
    Map<String, String> values = Map.of("a", "x-${env:ONE}-${env:TWO}", "b", "plain $1");
    assertThat(EnvironmentReference.resolve("hadoop", values, Map.of("ONE", "1$", "TWO", "\\2")))
        .isEqualTo(Map.of("a", "x-1$-\\2", "b", "plain $1"));
    assertThatThrownBy(
            () -> EnvironmentReference.resolve("hadoop", values, Map.of("ONE", "secret")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'hadoop.a'")
        .hasMessageContaining("TWO, which is not set")
        .hasMessageNotContaining("secret");
  }

  @Test
  void print_literalSecret_isHidden() {
    RunConfig config =
        ConfigReader.read("test", "hadoop: {fs.s3a.secret.key: canary, fs.x: shown}", Map.of());
    assertThat(ConfigPrinter.print(config)).contains("(hidden)", "shown").doesNotContain("canary");
    assertThat(ConfigJson.of(config).toString())
        .contains("(hidden)", "shown")
        .doesNotContain("canary");
  }

  @Test
  void differences_otherRun_namesEveryKeyThatDecidesOnTheResult() {
    RunConfig before = ConfigReader.read("test", "training: {epochs: 3}", Map.of());
    RunConfig now =
        ConfigReader.read(
            "test",
            "{training: {epochs: 4}, structure: {strategy: sampled}, checkpoint: {keep: 9}, output:"
                + " elsewhere}",
            Map.of());
    assertThat(ConfigJson.differences(ConfigJson.identity(before), now))
        .containsExactlyInAnyOrder(
            "'structure.strategy' was \"shares\" and is \"sampled\"",
            "'training.epochs' was 3 and is 4");
    assertThat(ConfigJson.differences(ConfigJson.identity(now), now)).isEmpty();
    assertThat(ConfigJson.differences(new ObjectMapper().createObjectNode(), now))
        .as("keys that are missing had their default")
        .containsExactlyInAnyOrder(
            "'structure.strategy' was \"shares\" and is \"sampled\"",
            "'training.epochs' was 14 and is 4");
  }

  @Test
  void read_severalMistakes_reportsThemAllWithSuggestions() {
    ConfigException failure =
        fail(
            """
            training:
              epoch: 3
              batchSize: many
              learningRate: 0
            structure: {budget: 1.5, strategy: learnt, granularity: 2.5}
            data: {crop: maybe, path: [a, b]}
            finish: 7
            colour: red
            """,
            Map.of("distribution.shard", "4"));
    assertThat(failure.problems())
        .containsExactlyInAnyOrder(
            "unknown key 'training.epoch'; did you mean 'training.epochs'?",
            "'training.batchSize' must be a whole number, found 'many'",
            "'training.learningRate' must be greater than 0, found 0",
            "'structure.budget' must be at least 0 and at most 1 where it is a share, found 1.5; an amount has a unit, such as 300"
                + " channels",
            "'structure.strategy' must be one of shares, anchor, sampled, magnitude, taylor, uniform, random, dense, found"
                + " 'learnt'",
            "'structure.granularity' must be a whole number, found '2.5'",
            "'data.crop' must be true or false, found 'maybe'",
            "'data.path' must be a single value, found [\"a\",\"b\"]",
            "'finish' must be a section of keys, found 7",
            "unknown key 'distribution.shard'; did you mean 'distribution.shards'?",
            "unknown key 'colour'; known here are network, data, structure, training, distribution,"
                + " finish, checkpoint, retrain, hadoop, output");
    assertThat(failure).hasMessageStartingWith("test: 11 problems\n  - ");
  }

  @Test
  void read_list_fromYamlOrWithCommas() {
    RunConfig fromYaml =
        ConfigReader.read("test", "structure: {keep: [\"stem.*\", last]}", Map.of());
    assertThat(fromYaml.structure().keep()).containsExactly("stem.*", "last");
    RunConfig fromText = ConfigReader.read("test", "", Map.of("structure.keep", "stem.*, last"));
    assertThat(fromText).isEqualTo(fromYaml);
    assertThat(ConfigReader.read("test", ConfigPrinter.print(fromYaml), Map.of()))
        .isEqualTo(fromYaml);
    assertThat(ConfigJson.differences(ConfigJson.of(fromYaml), fromText)).isEmpty();
    assertThatThrownBy(() -> ConfigReader.read("test", "structure: {keep: [1]}", Map.of()))
        .hasMessageContaining("'structure.keep' must be a list of texts, found [1]");
  }

  @Test
  void read_notANumber_refused() {
    assertThat(fail("structure: {duration: 'NaN'}", Map.of()).problems())
        .containsExactly("'structure.duration' must be at least 0 and at most 1, found NaN");
  }

  @Test
  void read_widthOfANetworkFromAFile_refused() {
    assertThatThrownBy(
            () -> ConfigReader.read("test", "network: {file: net.json, width: 2}", Map.of()))
        .hasMessageContaining("'network.width' (2.0) is for networks of the catalogue");
  }

  @Test
  void read_batchNotDivisibleByShards_refused() {
    assertThat(fail("distribution: {shards: 3}", Map.of()).getMessage())
        .contains("'training.batchSize' (128) must be a multiple of 'distribution.shards' (3)");
    assertThat(fail("distribution: {shards: 128}", Map.of()).getMessage())
        .contains("batch norm needs at least 2");
  }

  @Test
  void read_sizesOfImagesThatDoNotGoTogether_refused() {
    assertThat(fail("data: {size: 224, resize: 100, channels: 2}", Map.of()).problems())
        .containsExactly(
            "'data.channels' must be 1 or 3, found 2",
            "'data.resize' (100) must be at least 'data.size' (224), which is cut out of it");
    assertThat(fail("data: {resize: 100}", Map.of()).problems())
        .containsExactly("'data.resize' needs 'data.size', the rows and columns that are cut out");
    assertThat(fail("data: {cropOriginal: true, store: pixels}", Map.of()).problems())
        .containsExactly(
            "'data.cropOriginal' says of what 'data.resizedCrop' takes a part; set that below 1",
            "'data.cropOriginal' needs the image files, which 'data.store: pixels' does not keep");
  }

  @Test
  void read_tableWithoutWhatItNeeds_refused() {
    assertThat(fail("data: {format: table}", Map.of()).problems())
        .containsExactly("'data.format' (table) needs 'data.path', which says where it is");
    assertThat(fail("data: {testPath: /test}", Map.of()).problems())
        .containsExactly("'data.testPath' is for 'data.format' parquet, orc or table, found auto");
    for (String shape : List.of("3x32", "0x1x1", "3X32X32", "99999x99999x99999", "3x32x32x1")) {
      assertThat(fail("data: {shape: " + shape + "}", Map.of()).problems())
          .containsExactly(
              "'data.shape' must be channels, rows and columns, such as 3x32x32, and at most"
                  + " 100000000 values, found '"
                  + shape
                  + "'");
    }
  }

  @Test
  void read_brokenYaml_namesTheLine() {
    assertThat(fail("training:\n  epochs: [1\n", Map.of()).getMessage())
        .contains("line")
        .contains("not YAML");
    assertThat(fail("just text", Map.of()).getMessage()).contains("expected keys and values");
  }

  @Test
  void read_keyTwice_refused() {
    assertThat(fail("output: a\noutput: b", Map.of()).getMessage())
        .contains("line 2")
        .contains("output");
  }

  @Test
  void read_overrideBelowAValue_refused() {
    assertThat(fail("", Map.of("output.x", "1")).problems())
        .containsExactly("'output' must be a single value, found {\"x\":\"1\"}");
    assertThat(fail("output: here", Map.of("output.x", "1")).problems())
        .containsExactly("--set output.x=1: 'output' is a single value, not a section");
  }

  private static ConfigException fail(String yaml, Map<String, String> overrides) {
    ConfigException failure =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigReader.read("test", yaml, overrides));
    assertThat(failure).as("the configuration should be refused").isNotNull();
    return failure;
  }

  @Test
  void changes_settingsBesideTheirDefaults_areNamedWithBothAndHideSecrets() {
    assertThat(ConfigJson.changes(ConfigReader.read("test", "", Map.of()))).isEmpty();
    List<ConfigJson.Change> changes =
        ConfigJson.changes(
            ConfigReader.read(
                "test",
                "",
                Map.of(
                    "training.epochs", "3",
                    "structure.keep", "stem.*,*.conv2",
                    "structure.cost", "parameters",
                    "data.path", "s3a://me:secret@bucket/images",
                    "hadoop.fs.s3a.secret.key", "literal-secret")));
    assertThat(changes)
        .extracting(ConfigJson.Change::key)
        .containsExactlyInAnyOrder(
            "data.path",
            "structure.cost",
            "structure.keep",
            "training.epochs",
            "hadoop.fs.s3a.secret.key");
    assertThat(changes)
        .contains(
            new ConfigJson.Change("training.epochs", "3", "14", "passes over the training images"));
    assertThat(changes.toString())
        .contains("parameters, normally=flops", "stem.*, *.conv2")
        .doesNotContain("me:secret", "literal-secret");
  }
}
