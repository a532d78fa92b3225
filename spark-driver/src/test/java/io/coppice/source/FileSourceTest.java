package io.coppice.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

  private static JavaSparkContext spark;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("test")
                .set("spark.ui.enabled", "false"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void open_sample_isReadByTasks() throws IOException {
    SourceImages images = FileSource.sample().open(spark, new Configuration());
    assertThat(images.shape()).isEqualTo(new Shape(1, 28, 28));
    assertThat(images.classes()).isEmpty();
    assertThat(requireNonNull(images.test()).count()).isEqualTo(1000);
  }

  @Test
  void open_noSuchDirectory_saysSo() {
    assertRefused(directory.resolve("none"), Map.of(), "none: there is no such directory");
  }

  @Test
  void open_emptyDirectory_saysWhatWasExpected() {
    assertRefused(directory, Map.of(), "no data set was found", "data_batch_1.bin (CIFAR-10)");
  }

  @Test
  void open_filesOfAnotherFormat_namesThoseMissing() throws IOException {
    Files.write(directory.resolve("train.bin"), new byte[10]);
    assertRefused(
        directory, Map.of("data.format", "cifar10"), "missing: ", "data_batch_5.bin", "test_batch");
    assertRefused(directory, Map.of(), "missing: ", "test.bin");
  }

  private static void assertRefused(Path path, Map<String, String> settings, String... parts) {
    ImageSource source = FileSource.of(path.toString(), settings);
    assertThat(source.name()).isEqualTo(path.toString());
    assertThatThrownBy(() -> source.open(spark, new Configuration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContainingAll(parts);
  }
}
