package io.coppice.ml;

import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import io.coppice.source.SourceImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows of an id, a label and features, of the sample that ships. */
final class SampleRows {

  static final String SHAPE = "1x28x28";
  static final int SIDE = 28;

  private static final int WHITE = 255;
  private static final int GREY_MODE = 0;

  private SampleRows() {}

  /** A session of two cores in this JVM. */
  static SparkSession session() {
    return SparkSession.builder()
        .config(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "3"))
        .getOrCreate();
  }

  /** The first training images as vectors of 0 to 255. */
  static Dataset<Row> vectors(SparkSession session, int images) throws IOException {
    return of(session, train(images), SQLDataTypes.VectorType(), SampleRows::vector);
  }

  /** The same as vectors of 0 to 1. */
  static Dataset<Row> unitVectors(SparkSession session, int images) throws IOException {
    return of(
        session,
        train(images),
        SQLDataTypes.VectorType(),
        pixels -> Vectors.dense(doubles(pixels, WHITE)));
  }

  /** The same as arrays of whole numbers. */
  static Dataset<Row> arrays(SparkSession session, int images) throws IOException {
    return of(
        session,
        train(images),
        DataTypes.createArrayType(DataTypes.IntegerType),
        pixels -> {
          Integer[] numbers = new Integer[pixels.length];
          for (int i = 0; i < pixels.length; i++) {
            numbers[i] = pixels[i] & WHITE;
          }
          return numbers;
        });
  }

  /** The same as PNG files. */
  static Dataset<Row> files(SparkSession session, int images) throws IOException {
    return of(session, train(images), DataTypes.BinaryType, SampleRows::png);
  }

  /** The same as Spark's structs of images. */
  static Dataset<Row> structs(SparkSession session, int images) throws IOException {
    StructType type =
        new StructType()
            .add("origin", DataTypes.StringType)
            .add("height", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("nChannels", DataTypes.IntegerType)
            .add("mode", DataTypes.IntegerType)
            .add("data", DataTypes.BinaryType);
    return of(
        session,
        train(images),
        type,
        pixels -> RowFactory.create("memory", SIDE, SIDE, 1, GREY_MODE, pixels));
  }

  static Object vector(byte[] pixels) {
    return Vectors.dense(doubles(pixels, 1));
  }

  private static double[] doubles(byte[] pixels, double white) {
    double[] numbers = new double[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      numbers[i] = (pixels[i] & WHITE) / white;
    }
    return numbers;
  }

  private static byte[] png(byte[] pixels) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /** The first training images. */
  static List<SourceImage.Readable> train(int images) throws IOException {
    MemorySource source = SampleImages.first(images, 1);
    return source.train().stream().map(SourceImage.Readable.class::cast).toList();
  }

  /** Rows of images in two partitions. */
  static Dataset<Row> of(
      SparkSession session,
      List<SourceImage.Readable> images,
      DataType type,
      Function<byte[], Object> value) {
    List<Row> rows = new ArrayList<>();
    for (SourceImage.Readable image : images) {
      rows.add(RowFactory.create(rows.size(), (double) image.label(), value.apply(image.pixels())));
    }
    return session
        .createDataFrame(
            rows,
            DataTypes.createStructType(
                new StructField[] {
                  DataTypes.createStructField("id", DataTypes.IntegerType, false),
                  DataTypes.createStructField("label", DataTypes.DoubleType, true),
                  DataTypes.createStructField("features", type, true)
                }))
        .repartition(2);
  }

  /** An estimator that trains in a second. */
  static ChannelSparseClassifier classifier() {
    return set(new ChannelSparseClassifier());
  }

  /** Makes an estimator one that trains in a second. */
  static ChannelSparseClassifier set(ChannelSparseClassifier classifier) {
    return classifier
        .setNetwork("resnet8")
        .setImageShape(SHAPE)
        .setPixelMaximum(WHITE)
        .setBatchSize(48)
        .setMaxIter(1)
        .setGranularity(2)
        .setStepSize(0.05)
        .setSettings("network.width=0.5", "finish.statisticsBatches=2", "finish.candidates=1");
  }

  /** The same for images that say themselves how large they are. */
  static ChannelSparseClassifier ofPictures() {
    ChannelSparseClassifier classifier = classifier();
    classifier.clear(classifier.imageShape());
    classifier.clear(classifier.pixelMaximum());
    return classifier.setSettings(
        "network.width=0.5",
        "finish.statisticsBatches=2",
        "finish.candidates=1",
        "data.channels=1");
  }
}
