package io.coppice.source;

import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig.Store;
import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.source.SourceImage.Unreadable;
import io.coppice.source.StoredImage.SparkImage;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import scala.Function1;

/**
 * How the values of a data frame's column become images for a model that is there already: image
 * files, Spark's struct of an image, or arrays or vectors of numbers, as {@link TableSource} reads
 * them to train on.
 */
public final class ColumnImages implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NO_LABEL = 0;

  private final String column;
  private final DataType type;
  private final ImageColumn images;
  private final ImageSettings settings;
  private final Shape shape;

  private ColumnImages(
      String column, DataType type, ImageColumn images, ImageSettings settings, Shape shape) {
    this.column = column;
    this.type = type;
    this.images = images;
    this.settings = settings;
    this.shape = shape;
  }

  /**
   * Looks at a column.
   *
   * @param shape of the model's images, which those of other sizes are brought to if it is square
   * @param settings keys as in a configuration file: {@code data.maximum}, {@code data.resize}
   * @throws InvalidDataException if its values are no images
   */
  public static ColumnImages of(StructField column, Shape shape, Map<String, String> settings) {
    var config = ConfigReader.read("settings of the images", "", settings).data();
    DataType type = column.dataType();
    boolean numbers = ImageColumn.isOfNumbers(type);
    if (!numbers && shape.channels() != 1 && shape.channels() != SparkImage.COLOURS) {
      throw new InvalidDataException(
          "column "
              + column.name()
              + ": the model is for images of "
              + shape
              + ", which image files cannot be; expected arrays or vectors of numbers");
    }
    return new ColumnImages(
        column.name(),
        type,
        TableColumns.images("the data frame", column, config, numbers ? shape : null),
        new ImageSettings(
            shape.channels(),
            config.resize(),
            shape.height() == shape.width() ? shape.height() : 0,
            Store.PIXELS),
        shape);
  }

  /** Bytes of the pixels of one image. */
  public int size() {
    return shape.size();
  }

  /** Reads values, for one task. To be closed. */
  public Reader reader() {
    return new Reader();
  }

  /** Reads values. Not thread-safe. */
  public final class Reader implements AutoCloseable {

    private final Function1<Object, Object> toInternal =
        CatalystTypeConverters.createToCatalystConverter(type);
    private final EncodedImages decoder = new EncodedImages(settings, shape);
    private final Object[] values = new Object[1];
    private final GenericInternalRow row = new GenericInternalRow(values);

    private Reader() {}

    /**
     * Reads one value.
     *
     * @param value as a {@link org.apache.spark.sql.Row} has it
     * @return pixels, unsigned, {@code (channels, height, width)}
     * @throws InvalidDataException if it is no image, saying why
     */
    public byte[] read(@Nullable Object value) {
      values[0] = toInternal.apply(value);
      SourceImage image = images.read(row, 0).read("column " + column, NO_LABEL, decoder);
      if (image instanceof Unreadable unreadable) {
        throw new InvalidDataException(unreadable.reason());
      }
      return ((SourceImage.Readable) image).pixels();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
