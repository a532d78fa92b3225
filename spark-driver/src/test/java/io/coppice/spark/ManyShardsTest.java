package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** Many more shards than cores. */
class ManyShardsTest {

  private static final int SHARDS = 256;
  private static final int IMAGES_OF_A_STEP = 2 * SHARDS;

  private static final Map<String, String> MANY =
      Map.of(
          "network.name", "resnet8",
          "network.width", "0.25",
          "structure.granularity", "1",
          "structure.duration", "1",
          "training.epochs", "2",
          "training.batchSize", String.valueOf(IMAGES_OF_A_STEP),
          "distribution.shards", String.valueOf(SHARDS),
          "finish.candidates", "1",
          "finish.statisticsBatches", "1",
          "finish.fineTuneEpochs", "0");

  private final List<RoundReport> rounds = new ArrayList<>();

  @Test
  void run_256ShardsOnTwoCores_sameBitsWhereverTheyAreAddedUp() throws IOException {
    TrainingResult driver = train(Map.of("distribution.reduce", "driver"));
    assertThat(rounds).hasSize(2);
    assertThat(rounds)
        .allSatisfy(
            round -> {
              assertThat(round.images()).isEqualTo(IMAGES_OF_A_STEP);
              assertThat(round.loss()).isFinite();
              assertThat(round.driverSeconds()).isPositive().isLessThan(round.seconds());
            });
    SmallRun.assertSameBits(train(Map.of("distribution.reduce", "executors")), driver);
  }

  @Test
  void run_256ShardsOnTwoCoresWithMasksOfTheirOwn_sameBitsWhereverTheyAreAddedUp()
      throws IOException {
    Map<String, String> own =
        Map.of("structure.strategy", "sampled", "distribution.masks", "per-shard");
    SmallRun.assertSameBits(
        train(with(own, "distribution.reduce", "executors")),
        train(with(own, "distribution.reduce", "driver")));
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(key, value);
    return all;
  }

  private TrainingResult train(Map<String, String> settings) throws IOException {
    rounds.clear();
    Map<String, String> all = new HashMap<>(MANY);
    all.putAll(settings);
    RunListener recorder =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            rounds.add(report);
          }
        };
    // A tenth is held back.
    MemorySource images = SampleImages.first(IMAGES_OF_A_STEP * 10 / 9 + 1, 40);
    SparkConf conf = SparkSettings.apply(SmallRun.sparkConf("local[2]"), "test");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      return Trainer.of(all).listener(recorder).train(spark, images);
    }
  }
}
