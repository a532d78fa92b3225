package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.shards.DataSummary;
import io.coppice.source.FileSource;
import io.coppice.source.GeneratedImages;
import io.coppice.source.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on image files, which executors keep as such or as pixels. */
class EncodedImagesTest {

  private static final int TRAIN_IMAGES = 60;
  private static final int TEST_IMAGES = 12;

  @TempDir static Path directory;

  @BeforeAll
  static void makeImages() throws IOException {
    for (int i = 0; i < TRAIN_IMAGES + TEST_IMAGES; i++) {
      Path folder =
          directory.resolve((i < TRAIN_IMAGES ? "train/" : "test/") + (i % 2 == 0 ? "a" : "b"));
      Files.createDirectories(folder);
      Files.write(
          folder.resolve(i + ".jpg"), GeneratedImages.smooth("jpeg", 90 + i % 7, 110 - i % 5, i));
    }
  }

  private static Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("network.name", "resnet8");
    settings.put("network.width", "0.25");
    settings.put("structure.granularity", "1");
    settings.put("training.epochs", "2");
    settings.put("training.batchSize", "16");
    settings.put("distribution.shards", "2");
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    settings.put("data.size", "72");
    settings.put("data.resize", "80");
    settings.put("data.jitter", "0.3");
    settings.put("data.resizedCrop", "0.6");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private static ImageSource source(Map<String, String> settings) {
    Map<String, String> ofData = new HashMap<>(settings);
    ofData.keySet().removeIf(key -> !key.startsWith("data."));
    return FileSource.of(directory.toString(), ofData);
  }

  private static TrainingResult train(JavaSparkContext spark, String... more) throws IOException {
    Map<String, String> settings = settings(more);
    return Trainer.of(settings).train(spark, source(settings));
  }

  @Test
  void train_encodedOnHeapAndInMappedFiles_sameBitsAsPixels() throws IOException {
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      TrainingResult pixels = train(spark, "data.store", "pixels");
      SmallRun.assertSameBits(train(spark, "data.store", "encoded"), pixels);
      SmallRun.assertSameBits(
          train(spark, "data.store", "encoded", "distribution.imageMemory", "0"), pixels);
    }
  }

  @Test
  void validate_anyStore_sameSummaryInFewerBytes() throws IOException {
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      DataSummary pixels = validate(spark, "pixels");
      DataSummary encoded = validate(spark, "encoded");
      assertThat(pixels.train().keptBytes()).isEqualTo(TRAIN_IMAGES * 3L * 72 * 72);
      assertThat(encoded.train().keptBytes()).isLessThan(pixels.train().keptBytes() / 2);
      assertThat(encoded.normalisation()).isEqualTo(pixels.normalisation());
      assertThat(encoded.train().fingerprint()).isEqualTo(pixels.train().fingerprint());
      assertThat(encoded.test().fingerprint()).isEqualTo(pixels.test().fingerprint());
      assertThat(validate(spark, "auto")).isEqualTo(encoded);
    }
  }

  private static DataSummary validate(JavaSparkContext spark, String store) throws IOException {
    Map<String, String> settings = settings("data.store", store);
    return Trainer.of(settings).validate(spark, source(settings)).data();
  }
}
