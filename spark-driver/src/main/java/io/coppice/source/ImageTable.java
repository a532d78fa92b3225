package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.source.SourceImage.Unreadable;
import io.coppice.source.StoredImage.SparkImage;
import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.reflect.ClassTag$;

/**
 * Images of any source as a data frame, for programs that go on with one: the sample that ships,
 * files of MNIST and CIFAR, folders, archives. Its columns are
 *
 * <ul>
 *   <li>{@code label}: number of the class, with the classes' names as {@code StringIndexer} leaves
 *       them where they have names;
 *   <li>{@code image}: the struct that Spark reads images as.
 * </ul>
 */
public final class ImageTable {

  private static final StructType IMAGE =
      new StructType()
          .add("origin", DataTypes.StringType)
          .add("height", DataTypes.IntegerType)
          .add("width", DataTypes.IntegerType)
          .add("nChannels", DataTypes.IntegerType)
          .add("mode", DataTypes.IntegerType)
          .add("data", DataTypes.BinaryType);

  private ImageTable() {}

  /**
   * The images to learn from.
   *
   * @throws InvalidDataException if there are none, or they have neither 1 channel nor 3; one that
   *     cannot be read is told when rows are asked for
   * @throws IOException if the source cannot be looked at
   */
  public static Dataset<Row> train(SparkSession session, ImageSource source) throws IOException {
    SourceImages images = open(session, source);
    return rows(session, source.name(), images, images.train());
  }

  /**
   * The images to test by.
   *
   * @throws InvalidDataException if there are none, or they have neither 1 channel nor 3; one that
   *     cannot be read is told when rows are asked for
   * @throws IOException if the source cannot be looked at
   */
  public static Dataset<Row> test(SparkSession session, ImageSource source) throws IOException {
    SourceImages images = open(session, source);
    RDD<SourceImage> test = images.test();
    if (test == null) {
      throw new InvalidDataException(source.name() + ": there are no images to test by");
    }
    return rows(session, source.name(), images, test);
  }

  private static SourceImages open(SparkSession session, ImageSource source) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    SourceImages images = source.open(spark, spark.hadoopConfiguration());
    int channels = images.shape().channels();
    if (channels != 1 && channels != SparkImage.COLOURS) {
      throw new InvalidDataException(
          source.name()
              + ": Spark's images have 1 channel or 3, found images of "
              + images.shape());
    }
    return images;
  }

  private static Dataset<Row> rows(
      SparkSession session, String name, SourceImages images, RDD<SourceImage> set) {
    Shape shape = images.shape();
    JavaRDD<Row> rows =
        JavaRDD.fromRDD(set, ClassTag$.MODULE$.<SourceImage>apply(SourceImage.class))
            .map(image -> row(name, shape, image));
    return session.createDataFrame(
        rows,
        DataTypes.createStructType(
            new StructField[] {
              DataTypes.createStructField(
                  TableColumns.LABEL, DataTypes.IntegerType, false, metadata(images.classes())),
              DataTypes.createStructField(TableColumns.IMAGE, IMAGE, false)
            }));
  }

  private static Metadata metadata(List<String> classes) {
    return classes.equals(CompactModel.numbered(classes.size()))
        ? Metadata.empty()
        : TableColumns.naming(classes);
  }

  private static Row row(String name, Shape shape, SourceImage image) {
    if (image instanceof Unreadable unreadable) {
      throw new InvalidDataException(unreadable.reason());
    }
    SourceImage.Readable readable = (SourceImage.Readable) image;
    return RowFactory.create(
        readable.label(),
        RowFactory.create(
            name,
            shape.height(),
            shape.width(),
            shape.channels(),
            shape.channels() == 1 ? SparkImage.GREY : SparkImage.BGR,
            positionByPosition(readable.pixels(), shape)));
  }

  /** Pixels as Spark has them: row by row, of each position blue, green and red, or its grey. */
  private static byte[] positionByPosition(byte[] pixels, Shape shape) {
    byte[] turned = new byte[pixels.length];
    int channels = shape.channels();
    for (int channel = 0; channel < channels; channel++) {
      for (int position = 0; position < shape.area(); position++) {
        turned[position * channels + channels - 1 - channel] =
            pixels[channel * shape.area() + position];
      }
    }
    return turned;
  }
}
