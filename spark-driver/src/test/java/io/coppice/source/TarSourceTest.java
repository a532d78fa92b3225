package io.coppice.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.shards.DataSummary;
import io.coppice.source.TarSamples.Sample;
import io.coppice.spark.Trainer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarSourceTest {

  private static final String LONG = "very/long/".repeat(30);

  private static JavaSparkContext spark;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static byte[] noise(long seed) {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int i = 0; i < 16; i++) {
      image.setRGB(i % 4, i / 4, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An archive of names and contents, one after the other. */
  private static byte[] tar(Object... files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (int i = 0; i < files.length; i += 2) {
        byte[] content = (byte[]) files[i + 1];
        TarArchiveEntry entry = new TarArchiveEntry((String) files[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private void put(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  /** Twelve images of three classes, cut in archives. */
  private void putImages(String set, int archives, long seed) throws IOException {
    for (int archive = 0; archive < archives; archive++) {
      List<Object> files = new ArrayList<>();
      for (int i = archive; i < 12; i += archives) {
        files.add(i + ".png");
        files.add(noise(seed + i));
        files.add(i + ".cls");
        files.add(text(i % 3 + "\n"));
      }
      put(set + "/" + archive + ".tar", tar(files.toArray()));
    }
  }

  private ImageSource source(String... settings) {
    Map<String, String> keys = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      keys.put(settings[i], settings[i + 1]);
    }
    return FileSource.of(directory.toString(), keys);
  }

  private static DataSummary summary(ImageSource source, String... settings) throws IOException {
    Map<String, String> keys =
        new HashMap<>(
            Map.of(
                "training.batchSize", "2", "distribution.shards", "1", "finish.heldBack", "0.2"));
    for (int i = 0; i < settings.length; i += 2) {
      keys.put(settings[i], settings[i + 1]);
    }
    return Trainer.of(keys).validate(spark, source).data();
  }

  private static List<Sample> samples(byte[] tar) {
    List<Sample> samples = new ArrayList<>();
    try (TarSamples all = new TarSamples("some.tar", new ByteArrayInputStream(tar))) {
      for (Sample sample = all.next(); sample != null; sample = all.next()) {
        samples.add(sample);
      }
    }
    return samples;
  }

  @Test
  void next_filesOfOneName_areOneSample() throws IOException {
    byte[] image = noise(1);
    List<Sample> samples =
        samples(
            tar(
                "a.b/1.json",
                text("{}"),
                "a.b/1.JPG",
                image,
                "a.b/1.cls",
                text(" 7\n"),
                "a.b/._1.jpg",
                image,
                "dictionary.txt",
                text("cats"),
                LONG + "ä.cls",
                text("0"),
                LONG + "ä.seg.png",
                text("?"),
                LONG + "ä.png",
                new byte[0]));
    assertThat(samples).extracting(Sample::name).containsExactly("a.b/1", LONG + "ä");
    assertThat(samples).extracting(Sample::label).containsExactly("7", "0");
    assertThat(samples).extracting(Sample::image).containsExactly(image, new byte[0]);
    assertThat(samples(tar())).isEmpty();
  }

  @Test
  void next_archiveCutAtAnyLength_refused() throws IOException {
    byte[] tar = tar("1.png", noise(1), "1.cls", text("1"), LONG + "2.png", noise(2));
    int end = samples(tar).size();
    assertThat(end).isEqualTo(2);
    int marked = tar.length;
    while (marked > 0 && tar[marked - 1] == 0) {
      marked--;
    }
    for (int length = 0; length < marked; length += 97) {
      byte[] cut = Arrays.copyOf(tar, length);
      assertThatThrownBy(() -> samples(cut))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageStartingWith("some.tar: not a whole tar archive: at byte ");
    }
    byte[] withoutEnd = Arrays.copyOf(tar, (marked + 511) / 512 * 512);
    assertThatThrownBy(() -> samples(withoutEnd)).hasMessageContaining("mark of its end");
    assertThatThrownBy(() -> samples(text("no tar".repeat(200))))
        .isInstanceOf(InvalidDataException.class);
  }

  @Test
  void next_twoImagesOfOneName_refused() throws IOException {
    byte[] tar = tar("1.png", noise(1), "1.jpg", noise(2));
    assertThatThrownBy(() -> samples(tar))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("some.tar, 1: expected an image for every sample, found a second one");
  }

  @Test
  void read_otherArchives_sameSummary() throws IOException {
    putImages("train", 1, 1);
    putImages("test", 1, 100);
    DataSummary first = summary(source());
    assertThat(first.shape()).isEqualTo(new Shape(3, 4, 4));
    assertThat(first.train().ofClass()).containsExactly(4L, 4L, 4L);
    Files.delete(directory.resolve("train/0.tar"));
    putImages("train/below", 5, 1);
    assertThat(summary(source())).isEqualTo(first);
    put("train/more.tar", tar("x.png", Arrays.copyOf(noise(1), 40), "x.cls", text("1")));
    assertThatThrownBy(() -> summary(source()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("/train/more.tar, x: the PNG ends within");
    DataSummary skipped = summary(source(), "data.onBadImage", "skip");
    assertThat(skipped.train().unreadable()).isEqualTo(1);
    assertThat(skipped.train().fingerprint()).isEqualTo(first.train().fingerprint());
  }

  @Test
  void read_withoutTest_splitsAShareOffByContent() throws IOException {
    putImages(".", 3, 1);
    SourceImages images =
        source("data.format", "webdataset", "data.testShare", "0.5", "data.size", "4")
            .open(spark, spark.hadoopConfiguration());
    assertThat(images.train().count() + requireNonNull(images.test()).count()).isEqualTo(12);
    assertThat(requireNonNull(images.test()).count()).isBetween(1L, 11L);
  }

  @Test
  void read_wrongSamples_areNamed() throws IOException {
    putImages("test", 1, 100);
    assertWrong(
        "1: expected in its cls the number of a class from 0 to 65535, found no cls",
        "1.png",
        noise(1));
    for (String label : List.of("", "-1", "cat", "1.5", "65536", "99999999999")) {
      assertWrong(
          "1: expected in its cls the number of a class from 0 to 65535, found \"" + label + "\"",
          "1.png",
          noise(1),
          "1.cls",
          text(label));
    }
    assertWrong(
        "2: expected an image (jpg, jpeg, png, bmp or gif), found none",
        "1.png",
        noise(1),
        "1.cls",
        text("0"),
        "2.cls",
        text("1"));
  }

  private void assertWrong(String message, Object... files) throws IOException {
    put("train/0.tar", tar(files));
    assertThatThrownBy(() -> summary(source()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("file:" + directory + "/train/0.tar, " + message);
  }

  @Test
  void open_noArchivesOrNoImages_saysSo() throws IOException {
    assertThatThrownBy(
            () -> source("data.format", "webdataset").open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("file:" + directory + ": expected files *.tar, found none");
    put("train/0.tar", tar("1.cls", text("1")));
    assertThatThrownBy(() -> source().open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(directory + ": expected training images, found none");
  }
}
