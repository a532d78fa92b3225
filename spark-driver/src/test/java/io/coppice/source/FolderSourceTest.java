package io.coppice.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.cli.NoiseImages;
import io.coppice.data.InvalidDataException;
import io.coppice.image.ImageDecoder;
import io.coppice.network.Shape;
import io.coppice.shards.DataSummary;
import io.coppice.spark.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of images on a real Spark. */
class FolderSourceTest {

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

  private void put(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private ImageSource source(String... settings) {
    Map<String, String> keys = new HashMap<>(Map.of("data.format", "folder"));
    for (int i = 0; i < settings.length; i += 2) {
      keys.put(settings[i], settings[i + 1]);
    }
    return FileSource.of(directory.toString(), keys);
  }

  private SourceImages open(String... settings) throws IOException {
    return source(settings).open(spark, spark.hadoopConfiguration());
  }

  private static List<SourceImage> collected(RDD<SourceImage> images) {
    return new ArrayList<>(
        JavaRDD.fromRDD(images, scala.reflect.ClassTag$.MODULE$.apply(SourceImage.class))
            .collect());
  }

  private static List<String> texts(RDD<SourceImage> images) {
    return collected(images).stream()
        .map(image -> (SourceImage.Readable) image)
        .map(image -> image.label() + " " + Arrays.hashCode(image.pixels()))
        .sorted()
        .toList();
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

  @Test
  void open_trainAndTest_readsWhatImagesTheyHold() throws Exception {
    byte[] png = GeneratedImages.noise("png", 8, 1);
    byte[] jpeg = GeneratedImages.noise("jpeg", 8, 2);
    put("train/cats & dogs/100 %25 #1?.png", png);
    put("train/cats & dogs/below/b:c.gif", jpeg);
    put("train/κατοικίδια 猫/ä.png", GeneratedImages.noise("png", 8, 3));
    put("train/κατοικίδια 猫/.DS_Store", new byte[9]);
    put("train/cats & dogs/_SUCCESS", new byte[0]);
    put("train/.hidden/x.png", png);
    put("train/labels.txt", new byte[3]);
    put("README", new byte[3]);
    put("val/cats & dogs/x", GeneratedImages.noise("bmp", 8, 4));

    SourceImages images = open();

    assertThat(images.classes()).containsExactly("cats & dogs", "κατοικίδια 猫");
    assertThat(images.shape()).isEqualTo(new Shape(3, 8, 8));
    assertThat(collected(images.train())).hasSize(3);
    assertThat(collected(requireNonNull(images.test()))).hasSize(1);
    try (ImageDecoder decoder = new ImageDecoder()) {
      assertThat(texts(images.train()))
          .contains(
              "0 " + Arrays.hashCode(decoder.decode(png).pixels()),
              "0 " + Arrays.hashCode(decoder.decode(jpeg).pixels()));
    }
  }

  @Test
  void validate_imagesOfADataSetAsPngs_haveItsFingerprint() throws IOException {
    NoiseImages.writeDataSet(NoiseImages.in(directory.resolve("idx")));
    NoiseImages.writeGreyFolders(NoiseImages.in(directory.resolve("folders")));
    DataSummary idx = summary(FileSource.of(directory.resolve("idx").toString()));
    DataSummary folders =
        summary(
            FileSource.of(directory.resolve("folders").toString(), Map.of("data.channels", "1")));
    assertThat(folders.train()).isEqualTo(idx.train());
    assertThat(folders.test()).isEqualTo(idx.test());
    assertThat(folders.normalisation()).usingRecursiveComparison().isEqualTo(idx.normalisation());
  }

  @Test
  void open_numbersAsNames_areOrderedAsNumbers() throws IOException {
    for (String name : List.of("10", "9", "007", "2")) {
      put("train/" + name + "/a.png", GeneratedImages.noise("png", 4, 1));
      put("test/" + name + "/a.png", GeneratedImages.noise("png", 4, 2));
    }
    assertThat(open().classes()).containsExactly("2", "007", "9", "10");
  }

  @Test
  void open_sizeAndChannels_fitEveryImage() throws IOException {
    put("train/a/1.png", GeneratedImages.noise("png", 9, 1));
    put("train/b/2.png", GeneratedImages.noise("png", 20, 2));
    put("test/b/2.png", GeneratedImages.noise("png", 5, 3));
    SourceImages images = open("data.size", "6", "data.resize", "7", "data.channels", "1");
    assertThat(images.shape()).isEqualTo(new Shape(1, 6, 6));
    assertThat(collected(images.train()))
        .hasSize(2)
        .allSatisfy(image -> assertThat(((SourceImage.Readable) image).pixels()).hasSize(6 * 6));
  }

  @Test
  void read_imagesOfSeveralSizes_refusedUnlessTheyAreToBeBroughtToOne() throws IOException {
    put("train/a/1.png", GeneratedImages.noise("png", 8, 1));
    put("train/b/2.png", GeneratedImages.noise("png", 9, 2));
    put("test/b/2.png", GeneratedImages.noise("png", 8, 3));
    assertThatThrownBy(() -> summary(source()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageMatching(
            "file:.*/train/b/2.png: expected an image of 3x8x8 as the first one, found 3x9x9;"
                + " data.size brings all images to one size");
  }

  @Test
  void read_otherNamesAndPlaces_sameSummary() throws IOException {
    for (int i = 0; i < 12; i++) {
      put("train/" + i % 3 + "/" + i + ".png", GeneratedImages.noise("png", 32, i));
      put("test/" + i % 3 + "/" + i + ".png", GeneratedImages.noise("png", 32, 100 + i));
    }
    DataSummary first = summary(source());
    for (int i = 0; i < 12; i++) {
      Path file = directory.resolve("train/" + i % 3 + "/" + i + ".png");
      Path to = directory.resolve("train/" + i % 3 + "/deeper/" + (char) ('z' - i) + ".jpeg");
      Files.createDirectories(to.getParent());
      Files.move(file, to);
    }
    assertThat(summary(source())).isEqualTo(first);
    assertThat(first.train().ofClass()).containsExactly(4L, 4L, 4L);
  }

  @Test
  void read_unreadableImages_failNamingThemOrAreCounted() throws IOException {
    for (int i = 0; i < 12; i++) {
      put("train/" + i % 3 + "/" + i + ".jpg", GeneratedImages.noise("jpeg", 32, i));
      put("test/" + i % 3 + "/" + i + ".jpg", GeneratedImages.noise("jpeg", 32, 100 + i));
    }
    byte[] whole = GeneratedImages.noise("jpeg", 32, 99);
    put("train/1/cut.jpg", Arrays.copyOf(whole, whole.length - 40));
    put("train/2/notes.txt", "all of them cats".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> summary(source()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining(
            "/train/1/cut.jpg: the JPEG ends within its image data, at byte " + (whole.length - 40))
        .hasMessageContaining("/train/2/notes.txt: not a JPEG, PNG, BMP or GIF image")
        .hasMessageContaining("data.onBadImage=skip");

    DataSummary skipped = summary(source(), "data.onBadImage", "skip");
    assertThat(skipped.train().images()).isEqualTo(12);
    assertThat(skipped.train().unreadable()).isEqualTo(2);
    assertThat(skipped.test().unreadable()).isZero();
  }

  @Test
  void open_withoutTest_splitsAShareOffByContent() throws IOException {
    for (int i = 0; i < 60; i++) {
      put((i % 2 == 0 ? "even/" : "odd/") + i + ".png", GeneratedImages.noise("png", 4, i));
    }
    put("odd/again.png", GeneratedImages.noise("png", 4, 1));
    SourceImages images = open("data.testShare", "0.3");
    List<String> train = texts(images.train());
    List<String> test = texts(requireNonNull(images.test()));
    assertThat(train).doesNotContainAnyElementsOf(test);
    assertThat(train.size() + test.size()).isEqualTo(61);
    assertThat(test).hasSizeBetween(8, 28);

    // The same images on the same sides, whatever becomes of them.
    Files.move(directory.resolve("even"), directory.resolve("other"));
    Files.createDirectories(directory.resolve("train"));
    Files.move(directory.resolve("other"), directory.resolve("train/even"));
    Files.move(directory.resolve("odd"), directory.resolve("train/odd"));
    assertThat(texts(requireNonNull(open("data.testShare", "0.3").test()))).isEqualTo(test);
    assertThat(collected(requireNonNull(open("data.testShare", "0.3", "data.size", "3").test())))
        .hasSize(test.size());
  }

  @Test
  void open_somethingWrongWithTheFolders_saysWhat() throws IOException {
    assertRefused("expected a folder of images for each of at least two classes, found no folder");

    put("train/cat/1.png", GeneratedImages.noise("png", 4, 1));
    assertRefused(
        "/train: expected a folder of images for each of at least two classes, found the folder"
            + " cat alone");

    put("train/dog/.hidden", GeneratedImages.noise("png", 4, 1));
    put("train/eel/_hidden/a.png", GeneratedImages.noise("png", 4, 1));
    assertRefused("/train: expected images in every class's folder, found none in dog, eel");

    put("train/dog/1.png", GeneratedImages.noise("png", 4, 1));
    put("train/eel/1.png", GeneratedImages.noise("png", 4, 1));
    put("test/cow/1.png", GeneratedImages.noise("png", 4, 1));
    put("test/ant/1.png", GeneratedImages.noise("png", 4, 1));
    assertThatThrownBy(() -> open("data.format", "folder"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageMatching(
            "file:.*/test: expected the classes of file:.*/train only, found also ant, cow");

    Files.move(directory.resolve("train"), directory.resolve("training"));
    assertRefused(directory + ": expected a folder train beside test, found none");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> open("data.format", "folder"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageEndingWith(message);
  }

  @Test
  void open_wrongPath_saysSo() throws IOException {
    ImageSource nowhere = FileSource.of(directory + "/nowhere", Map.of("data.format", "folder"));
    assertThatThrownBy(() -> nowhere.open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(directory + "/nowhere: there is no such directory");
    put("file", new byte[1]);
    ImageSource file = FileSource.of(directory + "/file", Map.of("data.format", "folder"));
    assertThatThrownBy(() -> file.open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("expected a directory with a folder for each class, found a file");
    assertThatThrownBy(
            () -> FileSource.of(directory.toString()).open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("or a folder of images for each class");
  }

  @Test
  void open_formatNotSaid_takesWhatHasATrainWithFolders() throws IOException {
    put("a/1.png", GeneratedImages.noise("png", 5, 1));
    put("b/2.png", GeneratedImages.noise("png", 5, 2));
    ImageSource unsaid = FileSource.of(directory.toString());
    assertThatThrownBy(() -> unsaid.open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("no data set was found");
    put("train/x/1.png", GeneratedImages.noise("png", 5, 1));
    put("train/y/2.png", GeneratedImages.noise("png", 5, 2));
    assertThat(unsaid.open(spark, spark.hadoopConfiguration()).classes()).containsExactly("x", "y");
  }

  @Test
  void open_noneOfTheFirstImagesCanBeRead_saysWhy() throws IOException {
    put("train/a/1.png", new byte[0]);
    put("train/b/1.png", new byte[0]);
    put("test/b/1.png", new byte[0]);
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("/train/a/1.png: not a JPEG, PNG, BMP or GIF image: it is empty")
        .hasMessageContaining("data.size sets one");
  }

  @Test
  void takes_anyShare_isThatShareOfManyContents() {
    ContentSplit inside = new ContentSplit(0.25, true);
    ContentSplit outside = new ContentSplit(0.25, false);
    int taken = 0;
    for (int i = 0; i < 4000; i++) {
      byte[] content = {(byte) i, (byte) (i >> 8)};
      assertThat(inside.takes(content)).isNotEqualTo(outside.takes(content));
      assertThat(ContentSplit.ALL.takes(content)).isTrue();
      taken += inside.takes(content) ? 1 : 0;
    }
    assertThat(taken).isBetween(900, 1100);
  }
}
