package io.coppice.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.cli.NoiseImages;
import io.coppice.data.InvalidDataException;
import io.coppice.image.ImageDecoder;
import io.coppice.shards.DataSummary;
import io.coppice.source.SourceImage.Readable;
import io.coppice.source.StoredImage.SparkImage;
import io.coppice.spark.Trainer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSourceTest {

  private static final int SIDE = 8;
  private static final int AREA = SIDE * SIDE;
  private static final StructType HUGGING_FACE =
      new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
  private static final DataType INTEGERS = DataTypes.createArrayType(DataTypes.IntegerType);
  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);

  private static JavaSparkContext spark;
  private static SparkSession session;

  @TempDir private static Path idx;
  @TempDir private Path directory;

  private static List<Readable> train;
  private static List<Readable> test;
  private static DataSummary expected;

  @BeforeAll
  static void start() throws IOException {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.warehouse.dir", idx.resolve("warehouse").toString())
                .set("spark.sql.shuffle.partitions", "3"));
    session = SparkSession.builder().getOrCreate();
    NoiseImages.writeDataSet(file -> Files.newOutputStream(idx.resolve(file)));
    ImageSource source = FileSource.of(idx.toString());
    SourceImages images = source.open(spark, spark.hadoopConfiguration());
    train = readable(images.train());
    test = readable(requireNonNull(images.test()));
    expected = summary(source);
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static List<Readable> readable(RDD<SourceImage> images) {
    return collected(images).stream().map(Readable.class::cast).toList();
  }

  private static List<SourceImage> collected(RDD<SourceImage> images) {
    return new ArrayList<>(
        JavaRDD.fromRDD(
                images, scala.reflect.ClassTag$.MODULE$.<SourceImage>apply(SourceImage.class))
            .collect());
  }

  private static DataSummary summary(ImageSource source, String... settings) throws IOException {
    Map<String, String> keys = settings(settings);
    keys.putAll(
        Map.of("training.batchSize", "2", "distribution.shards", "1", "finish.heldBack", "0.2"));
    return Trainer.of(keys).validate(spark, source).data();
  }

  private static Map<String, String> settings(String... settings) {
    Map<String, String> keys = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      keys.put(settings[i], settings[i + 1]);
    }
    return keys;
  }

  /** A way to keep an image in a row. */
  private record Kind(
      String column, DataType type, Function<byte[], Object> value, String... settings) {}

  private static byte[] png(byte[] pixels) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Object[] numbers(byte[] pixels, Function<Integer, Number> number) {
    return IntStream.range(0, pixels.length)
        .mapToObj(i -> number.apply(pixels[i] & 0xff))
        .toArray();
  }

  private static double[] doubles(byte[] pixels) {
    return IntStream.range(0, pixels.length).mapToDouble(i -> pixels[i] & 0xff).toArray();
  }

  private static final Kind PNG =
      new Kind("image", DataTypes.BinaryType, TableSourceTest::png, "data.channels", "1");

  private static final Kind ARRAY =
      new Kind(
          "pixels", INTEGERS, pixels -> numbers(pixels, value -> value), "data.shape", "1x8x8");

  private static List<Kind> kinds() {
    return List.of(
        PNG,
        new Kind(
            "img",
            HUGGING_FACE,
            pixels -> RowFactory.create(png(pixels), "any.png"),
            "data.channels",
            "1"),
        new Kind(
            "picture",
            ImageSchema.columnSchema(),
            pixels -> RowFactory.create("origin", SIDE, SIDE, 1, 0, pixels),
            "data.channels",
            "1"),
        ARRAY,
        new Kind(
            "pixels",
            DataTypes.createArrayType(DataTypes.FloatType),
            pixels -> numbers(pixels, value -> value / 255f),
            "data.shape",
            "1x8x8",
            "data.maximum",
            "1"),
        new Kind(
            "features",
            SQLDataTypes.VectorType(),
            pixels ->
                pixels[0] % 2 == 0
                    ? Vectors.dense(doubles(pixels))
                    : Vectors.dense(doubles(pixels)).toSparse(),
            "data.shape",
            "1x8x8",
            "data.maximum",
            "255"));
  }

  private static Dataset<Row> rows(
      Kind kind, List<Readable> images, DataType labelType, Function<Integer, Object> label) {
    List<Row> rows = new ArrayList<>();
    for (Readable image : images) {
      rows.add(
          RowFactory.create(
              "other", kind.value().apply(image.pixels()), label.apply(image.label())));
    }
    Collections.shuffle(rows, new Random(kind.column().length()));
    StructType schema =
        new StructType()
            .add("beside", DataTypes.StringType)
            .add(kind.column(), kind.type())
            .add("label", labelType);
    return session.createDataFrame(spark.parallelize(rows, 3), schema);
  }

  private static Dataset<Row> rows(Kind kind, List<Readable> images) {
    return rows(kind, images, DataTypes.IntegerType, label -> label);
  }

  private static Dataset<Row> row(
      DataType labelType, @Nullable Object label, DataType type, @Nullable Object image) {
    return rows(labelType, type, List.of(RowFactory.create(label, image)));
  }

  private static Dataset<Row> rows(DataType labelType, DataType type, List<Row> rows) {
    return session.createDataFrame(
        spark.parallelize(rows, 1), new StructType().add("label", labelType).add("image", type));
  }

  private static void assertSame(DataSummary found) {
    assertThat(found.train()).isEqualTo(expected.train());
    assertThat(found.test()).isEqualTo(expected.test());
    assertThat(found.normalisation()).isEqualTo(expected.normalisation());
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.classes()).isEqualTo(expected.classes());
  }

  @Test
  void read_everyKindOfImageColumn_sameAsTheFilesOfMnist() throws IOException {
    for (Kind kind : kinds()) {
      assertSame(
          summary(TableSource.of(rows(kind, train), rows(kind, test), settings(kind.settings()))));
    }
  }

  @Test
  void read_parquetAndOrc_areFoundAndSameAsTheFilesOfMnist() throws IOException {
    Dataset<Row> parquet = rows(kinds().get(5), train, DataTypes.StringType, String::valueOf);
    parquet.coalesce(2).write().parquet(directory + "/p [1]/train");
    rows(kinds().get(5), test, DataTypes.StringType, String::valueOf)
        .write()
        .parquet(directory + "/p [1]/val");
    assertSame(
        summary(
            FileSource.of(
                directory + "/p [1]", settings("data.shape", "1x8x8", "data.maximum", "255"))));

    rows(PNG, train, DataTypes.DoubleType, Double::valueOf)
        .orderBy("image")
        .write()
        .orc(directory + "/o/train");
    rows(PNG, test, DataTypes.LongType, Long::valueOf).write().orc(directory + "/o/test");
    assertSame(summary(FileSource.of(directory + "/o", settings("data.channels", "1"))));
    assertSame(
        summary(
            FileSource.of(
                directory + "/o/train",
                settings(
                    "data.channels",
                    "1",
                    "data.format",
                    "orc",
                    "data.testPath",
                    directory + "/o/test"))));
  }

  @Test
  void read_tablesThatSparkKnowsByName_sameAsTheFilesOfMnist() throws IOException {
    rows(ARRAY, train).createOrReplaceTempView("some_images");
    rows(ARRAY, test).createOrReplaceTempView("others");
    assertSame(
        summary(
            FileSource.of(
                "some_images",
                settings(
                    "data.format", "table", "data.testPath", "others", "data.shape", "1x8x8"))));
    assertThatThrownBy(() -> open("nowhere.at_all", "data.format", "table"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("nowhere.at_all: ")
        .hasMessageContaining("cannot be found");
  }

  private SourceImages open(String path, String... settings) throws IOException {
    return FileSource.of(path, settings(settings)).open(spark, spark.hadoopConfiguration());
  }

  @Test
  void open_namesAsLabels_areClassesInTheOrderOfFolders() throws IOException {
    for (List<String> names : List.of(List.of("dog", "Zebra", "ä"), List.of("10", "9", "007"))) {
      Dataset<Row> rows = rows(ARRAY, train, DataTypes.StringType, names::get);
      SourceImages images =
          TableSource.of(rows, settings(ARRAY.settings())).open(spark, spark.hadoopConfiguration());
      assertThat(images.classes())
          .isEqualTo(
              names.get(0).equals("dog")
                  ? List.of("Zebra", "dog", "ä")
                  : List.of("007", "9", "10"));
    }
  }

  @Test
  void open_labelsThatAnIndexerMade_haveItsNames() throws IOException {
    Dataset<Row> names =
        rows(ARRAY, train, DataTypes.StringType, List.of("c", "a", "b")::get)
            .withColumnRenamed("label", "animal");
    Dataset<Row> indexed =
        new StringIndexer()
            .setInputCol("animal")
            .setOutputCol("label")
            .setStringOrderType("alphabetDesc")
            .fit(names)
            .transform(names);
    DataSummary summary = summary(TableSource.of(indexed, settings(ARRAY.settings())));
    assertThat(summary.classes()).containsExactly("c", "b", "a");
  }

  @Test
  void read_withoutRowsToTestBy_splitsAShareOffByContent() throws IOException {
    for (Kind kind : List.of(PNG, ARRAY)) {
      Map<String, String> settings = settings(kind.settings());
      settings.put("data.testShare", "0.3");
      Dataset<Row> rows = rows(kind, train);
      DataSummary first = summary(TableSource.of(rows, settings));
      assertThat(first.train().images() + first.test().images()).isEqualTo(train.size());
      assertThat(first.test().images()).isBetween(15L, 60L);
      assertThat(summary(TableSource.of(rows.orderBy(functions.rand(5)).coalesce(1), settings)))
          .isEqualTo(first);
    }
  }

  @Test
  void read_wrongLabel_namesTheRow() {
    Object[][] wrong = {
      {DataTypes.IntegerType, null, "null"},
      {DataTypes.LongType, 3_000_000_000L, "3000000000"},
      {DataTypes.DoubleType, 0.5, "0.5"},
      {DataTypes.DoubleType, Double.NaN, "NaN"},
      {DataTypes.StringType, null, "null"},
    };
    for (Object[] label : wrong) {
      assertThatThrownBy(
              () ->
                  collected(
                      TableSource.of(
                              thirdIs((DataType) label[0], label[1]),
                              settings("data.channels", "1", "data.testShare", "1e-9"))
                          .open(spark, spark.hadoopConfiguration())
                          .train()))
          .hasMessageMatching(
              "(?s).*InvalidDataException: the data frame, partition 0, row 3: expected in column"
                  + " label (a whole number from 0 to 65535|one of the 1 names of the training"
                  + " images' classes), found "
                  + label[2]
                  + "\\b.*");
    }
  }

  @Test
  void read_wrongLabelInAFile_namesFileAndRow() {
    thirdIs(DataTypes.IntegerType, -1).write().parquet(directory + "/train");
    assertThatThrownBy(
            () ->
                collected(
                    open(directory.toString(), "data.channels", "1", "data.testShare", "1e-9")
                        .train()))
        .hasMessageMatching(
            "(?s).*InvalidDataException: file:"
                + directory
                + "/train/part-\\S+parquet, row 3: expected in column label a whole number from 0 to"
                + " 65535, found -1\\b.*");
  }

  private static Dataset<Row> thirdIs(DataType type, @Nullable Object label) {
    Object right = type.equals(DataTypes.StringType) ? "0" : number(type, 0);
    List<Row> rows = new ArrayList<>();
    for (Object one : new Object[] {right, right, label, right}) {
      rows.add(RowFactory.create(one, png(new byte[AREA])));
    }
    return rows(type, DataTypes.BinaryType, rows);
  }

  private static Object number(DataType type, int value) {
    if (type.equals(DataTypes.LongType)) {
      return (long) value;
    }
    return type.equals(DataTypes.DoubleType) ? (Object) (double) value : value;
  }

  @Test
  void read_classToTestByThatIsNotToBeLearned_namesTheRow() {
    List<Readable> more = new ArrayList<>(test);
    more.add(new Readable(3, new byte[AREA]));
    for (DataType type : List.of(DataTypes.IntegerType, DataTypes.StringType)) {
      Function<Integer, Object> label =
          type.equals(DataTypes.StringType) ? i -> "class " + i : i -> i;
      assertThatThrownBy(
              () ->
                  summary(
                      TableSource.of(
                          rows(ARRAY, train, type, label),
                          rows(ARRAY, more, type, label),
                          settings(ARRAY.settings()))))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageMatching(
              "the data frame to test by, partition \\d, row \\d+: expected in column label (a whole"
                  + " number from 0 to 2, found 3|one of the 3 names of the training images'"
                  + " classes, found \"class 3\")");
    }
    assertThatThrownBy(
            () ->
                summary(
                    TableSource.of(
                        rows(ARRAY, train),
                        rows(ARRAY, test, DataTypes.StringType, String::valueOf),
                        settings(ARRAY.settings()))))
        .hasMessage(
            "the data frame to test by: expected numbers in column label as in the data frame to"
                + " train on, found names");
  }

  @Test
  void read_wrongImage_namesTheRowAndWhatIsWrong() {
    byte[] png = png(new byte[AREA]);
    Double[] tooFew = {0.0, 0.0, 0.0};
    Double[] notOne = {0.0, 1.0, Double.NaN, 0.5};
    Double[] tooLarge = {0.0, 1.0, 0.5, 1.25};
    Double[] negative = {-0.5, 1.0, 0.5, 0.25};
    Double[] withNull = {0.0, null, 1.0, 0.0};
    String range = "expected numbers from 0 to 1, found ";
    Object[][] wrong = {
      {DataTypes.BinaryType, null, "the image is null"},
      {DataTypes.BinaryType, Arrays.copyOf(png, 40), "the PNG ends within"},
      {HUGGING_FACE, RowFactory.create(null, "elsewhere.png"), "the image's bytes are null"},
      {image(), image(1, 1, 1, -1), "the image's mode is undefined"},
      {image(), image(2, 2, 1, 16), "of 3 channels, as its mode 16 says, found 1x2x2"},
      {image(), image(2, 2, 3, 16), "expected 12 bytes for an image of 3x2x2, found 1"},
      {image(), image(1, 1, 1, 5), "found mode 5"},
      {DOUBLES, tooFew, "expected 4 numbers for an image of 1x2x2, found 3"},
      {DOUBLES, notOne, range + "NaN at channel 0, row 1, column 0"},
      {DOUBLES, tooLarge, range + "1.25 at channel 0, row 1, column 1"},
      {DOUBLES, negative, range + "-0.5 at channel 0, row 0, column 0"},
      {DOUBLES, withNull, range + "null at channel 0, row 0, column 1"},
      {
        SQLDataTypes.VectorType(),
        Vectors.sparse(5, new int[] {4}, new double[] {1}),
        "expected 4 numbers for an image of 1x2x2, found 5"
      },
    };
    for (Object[] image : wrong) {
      boolean numbers = ImageColumn.isOfNumbers((DataType) image[0]);
      Map<String, String> settings =
          numbers
              ? settings("data.shape", "1x2x2", "data.maximum", "1")
              : settings("data.size", "2");
      Dataset<Row> row = row(DataTypes.IntegerType, 0, (DataType) image[0], image[1]);
      assertThatCode(
              () ->
                  assertThat(
                          collected(
                              TableSource.of(row, row, settings)
                                  .open(spark, spark.hadoopConfiguration())
                                  .train()))
                      .singleElement()
                      .asString()
                      .contains(
                          "the data frame to train on, partition 0, row 1: ", (String) image[2]))
          .doesNotThrowAnyException();
    }
  }

  private static DataType image() {
    return ImageSchema.columnSchema();
  }

  private static Row image(int height, int width, int channels, int mode) {
    return RowFactory.create("", height, width, channels, mode, new byte[1]);
  }

  @Test
  void decoded_coloursOfSpark_areTurnedAndLieOnBlack() throws Exception {
    byte[] blueGreenRed = {1, 2, 3, 4, 5, 6};
    byte[] withAlpha = {10, 20, 30, (byte) 255, 10, 20, 30, 51};
    try (ImageDecoder decoder = new ImageDecoder()) {
      assertThat(new SparkImage(1, 2, 3, 16, blueGreenRed).decoded(decoder).pixels())
          .containsExactly(3, 6, 2, 5, 1, 4);
      assertThat(new SparkImage(2, 1, 4, 24, withAlpha).decoded(decoder).pixels())
          .containsExactly(30, 6, 20, 4, 10, 2);
    }
  }

  @Test
  void read_unreadableImages_failNamingThemOrAreCounted() throws IOException {
    List<Readable> images = new ArrayList<>(train);
    images.add(new Readable(1, new byte[] {1}));
    Dataset<Row> rows =
        rows(
            new Kind(
                "image", DataTypes.BinaryType, pixels -> pixels.length == 1 ? pixels : png(pixels)),
            images);
    ImageSource source = TableSource.of(rows, rows(PNG, test), settings("data.channels", "1"));
    assertThatThrownBy(() -> summary(source))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("row ", ": not a JPEG, PNG, BMP or GIF image", "data.onBadImage");
    DataSummary skipped = summary(source, "data.onBadImage", "skip");
    assertThat(skipped.train().unreadable()).isEqualTo(1);
    assertThat(skipped.train().fingerprint()).isEqualTo(expected.train().fingerprint());
  }

  @Test
  void open_columnsThatDoNotFit_saysWhatIsThereAndWhatToSet() {
    Dataset<Row> arrays = row(DataTypes.IntegerType, 0, DOUBLES, new Double[] {0.0});
    Dataset<Row> files = row(DataTypes.IntegerType, 0, DataTypes.BinaryType, new byte[1]);
    Dataset<Row> neither = row(DataTypes.DateType, null, DataTypes.StringType, "");
    String frame = "the data frame: ";
    assertRefused(
        files,
        frame + "expected a column y (data.labelColumn), found label (int), image (binary)",
        "data.labelColumn",
        "y");
    assertRefused(
        files,
        frame + "expected a column x (data.imageColumn), found label (int), image (binary)",
        "data.imageColumn",
        "x");
    assertRefused(
        neither,
        frame
            + "expected labels that are whole numbers or names, found column label (date);"
            + " data.labelColumn names another one");
    assertRefused(
        neither,
        frame
            + "expected image files (binary), Spark's struct of an image, or arrays or vectors of"
            + " numbers, found column image (string); data.imageColumn names another one",
        "data.labelColumn",
        "image");
    assertRefused(
        files.withColumnRenamed("image", "a").withColumn("b", functions.col("a")),
        frame
            + "expected a column image or one column only that holds images (or data.shape, the"
            + " shape of images that are arrays or vectors of numbers), found a (binary), b"
            + " (binary); data.imageColumn names one");
    assertRefused(
        arrays,
        frame
            + "column image (array<double>) needs data.shape, such as 3x32x32 (channels, rows,"
            + " columns), as numbers do not say how they lie");
    assertRefused(
        arrays,
        frame
            + "column image (array<double>) needs data.maximum, the number that is full white: 1"
            + " or 255, say",
        "data.shape",
        "1x1x1");
    assertRefused(
        files,
        frame
            + "data.shape is for arrays and vectors of numbers, found column image (binary), whose"
            + " images have sizes of their own; data.size brings them to one",
        "data.shape",
        "1x1x1");
    assertRefused(files.filter("label > 5"), frame + "expected training images, found none");
    assertRefused(
        row(DataTypes.StringType, null, DataTypes.BinaryType, new byte[1]),
        frame + "expected names of classes in column label, found none");
  }

  private static void assertRefused(Dataset<Row> rows, String message, String... settings) {
    assertThatThrownBy(
            () -> TableSource.of(rows, settings(settings)).open(spark, spark.hadoopConfiguration()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(message);
  }

  @Test
  void read_noRows_saysSo() {
    assertThatThrownBy(
            () ->
                summary(
                    TableSource.of(
                        rows(ARRAY, train).limit(0),
                        rows(ARRAY, test),
                        settings(ARRAY.settings()))))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("the data frame: expected training images, found none");
  }

  @Test
  void open_wrongFiles_saysWhatIsThere() throws IOException {
    assertThatThrownBy(() -> open(directory + "/none", "data.format", "parquet"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage(directory + "/none: there is no such directory");
    Files.createDirectories(directory.resolve("train"));
    assertThatThrownBy(() -> open(directory.toString(), "data.format", "parquet"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("file:" + directory + "/train: expected files of a table, found none");
    Files.write(directory.resolve("train/a.parquet"), new byte[100]);
    assertThatThrownBy(() -> open(directory.toString()))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("file:" + directory + "/train: ")
        .hasMessageContaining("a.parquet is not a Parquet file");
  }

  @Test
  void read_damagedParquet_namesTheFile() throws IOException {
    rows(ARRAY, train).coalesce(1).write().parquet(directory + "/train");
    rows(ARRAY, test).write().parquet(directory + "/test");
    try (Stream<Path> files = Files.list(directory.resolve("train"));
        RandomAccessFile file =
            new RandomAccessFile(
                files
                    .filter(name -> name.toString().endsWith(".parquet"))
                    .findFirst()
                    .get()
                    .toFile(),
                "rw")) {
      file.seek(file.length() / 4);
      file.write(new byte[(int) file.length() / 4]);
    }
    try (Stream<Path> files = Files.list(directory.resolve("train"))) {
      for (Path sums : files.filter(name -> name.toString().endsWith(".crc")).toList()) {
        Files.delete(sums);
      }
    }
    assertThatThrownBy(
            () -> summary(FileSource.of(directory.toString(), settings(ARRAY.settings()))))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageMatching(
            "(?s)file:" + directory + "/train/part\\S+parquet cannot be read behind row \\d+: .+");
  }

  @Test
  void open_sessionsOfTheProgram_stayAsTheyWere() throws IOException {
    rows(ARRAY, train).write().parquet(directory + "/train");
    SparkSession before = SparkSession.getDefaultSession().get();
    String settingsBefore = session.conf().getAll().toString();
    open(directory.toString(), ARRAY.settings());
    assertThat(SparkSession.getDefaultSession().get()).isSameAs(before);
    assertThat(session.conf().getAll().toString()).isEqualTo(settingsBefore);

    SparkSession.clearDefaultSession();
    SparkSession.clearActiveSession();
    try {
      assertThat(collected(open(directory.toString(), ARRAY.settings()).train())).isNotEmpty();
      assertThat(SparkSession.getDefaultSession().isEmpty()).isTrue();
      assertThat(SparkSession.getActiveSession().isEmpty()).isTrue();
    } finally {
      SparkSession.setDefaultSession(before);
    }
  }

  @Test
  void open_settingsOfFileSystems_reachTheReader() throws IOException {
    rows(ARRAY, train).write().parquet(directory + "/train");
    Configuration hadoop = new Configuration(spark.hadoopConfiguration());
    hadoop.set("fs.viewfs.mounttable.default.link./mounted", directory.toUri().toString());
    ImageSource source = FileSource.of("viewfs:///mounted", settings(ARRAY.settings()));
    assertThat(collected(source.open(spark, hadoop).train())).hasSizeBetween(80, 119);
  }
}
