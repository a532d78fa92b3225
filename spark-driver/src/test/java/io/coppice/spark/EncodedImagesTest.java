package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.shards.DataSummary;
import io.coppice.source.FileSource;
import io.coppice.source.GeneratedImages;
import io.coppice.source.ImageSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on image files, which executors keep as such or as pixels. */
class EncodedImagesTest {

  private static final int TRAIN_IMAGES = 36;
  private static final int TEST_IMAGES = 8;

  @TempDir static Path directory;

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    for (int i = 0; i < TRAIN_IMAGES + TEST_IMAGES; i++) {
      Path folder =
          directory.resolve((i < TRAIN_IMAGES ? "train/" : "test/") + (i % 2 == 0 ? "a" : "b"));
      Files.createDirectories(folder);
      Files.write(
          folder.resolve(i + ".jpg"), GeneratedImages.smooth("jpeg", 90 + i % 7, 110 - i % 5, i));
    }
    spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("network.name", "resnet8");
    settings.put("network.width", "0.5");
    settings.put("structure.strategy", "dense");
    settings.put("training.epochs", "1");
    settings.put("training.batchSize", "12");
    settings.put("distribution.shards", "2");
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    settings.put("data.size", "66");
    settings.put("data.resize", "70");
    settings.put("data.jitter", "0.3");
    settings.put("data.resizedCrop", "0.6");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private static ImageSource source(Path from, Map<String, String> settings) {
    Map<String, String> ofData = new HashMap<>(settings);
    ofData.keySet().removeIf(key -> !key.startsWith("data."));
    return FileSource.of(from.toString(), ofData);
  }

  private static TrainingResult train(String... more) throws IOException {
    return train(directory, more);
  }

  private static TrainingResult train(Path from, String... more) throws IOException {
    Map<String, String> settings = settings(more);
    return Trainer.of(settings).train(spark, source(from, settings));
  }

  @Test
  void train_encodedOrPixels_sameBits() throws IOException {
    SmallRun.assertSameBits(train("data.store", "encoded"), train("data.store", "pixels"));
  }

  @Test
  void train_cropsOfOriginals_sameBitsForAnyOrderOnHeapOrInMappedFiles(@TempDir Path elsewhere)
      throws IOException {
    // The same files under other names, so that they are read in another order.
    for (String set : new String[] {"train/a", "train/b", "test/a", "test/b"}) {
      Files.createDirectories(elsewhere.resolve(set));
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve(set))) {
        for (Path file : files) {
          String name = new StringBuilder(file.getFileName().toString()).reverse().toString();
          Files.copy(file, elsewhere.resolve(set).resolve(name));
        }
      }
    }
    TrainingResult original = train("data.cropOriginal", "true");
    SmallRun.assertSameBits(
        train(elsewhere, "data.cropOriginal", "true", "distribution.imageMemory", "0"), original);
    assertThat(original.dense().values())
        .usingRecursiveComparison()
        .isNotEqualTo(train("distribution.imageMemory", "0").dense().values());
  }

  @Test
  void validate_anyStore_sameSummaryInFewerBytes() throws IOException {
    DataSummary pixels = validate("pixels");
    DataSummary encoded = validate("encoded");
    assertThat(pixels.train().keptBytes()).isEqualTo(TRAIN_IMAGES * 3L * 66 * 66);
    assertThat(encoded.train().keptBytes()).isLessThan(pixels.train().keptBytes() / 2);
    assertThat(encoded.normalisation()).isEqualTo(pixels.normalisation());
    assertThat(encoded.train().fingerprint()).isEqualTo(pixels.train().fingerprint());
    assertThat(encoded.test().fingerprint()).isEqualTo(pixels.test().fingerprint());
    assertThat(validate("auto")).isEqualTo(encoded);
  }

  private static DataSummary validate(String store) throws IOException {
    Map<String, String> settings = settings("data.store", store);
    return Trainer.of(settings).validate(spark, source(directory, settings)).data();
  }
}
