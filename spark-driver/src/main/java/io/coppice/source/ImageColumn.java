package io.coppice.source;

import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.source.StoredImage.Pixels;
import io.coppice.source.StoredImage.SparkImage;
import io.coppice.source.StoredImage.Unusable;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;

/** How the values of a column are images. */
sealed interface ImageColumn extends Serializable {

  /**
   * The image of a row.
   *
   * @param place of the column in the row
   */
  default StoredImage read(InternalRow row, int place) {
    return row.isNullAt(place) ? new Unusable("the image is null") : readPresent(row, place);
  }

  /** The same of a row in which it is not null. */
  StoredImage readPresent(InternalRow row, int place);

  /** Whether the values are numbers, whose shape and scale have to be said. */
  static boolean isOfNumbers(DataType type) {
    return NumbersColumn.elements(type).isPresent() || VectorColumn.is(type);
  }

  /** Whether numbers of this type have a scale that everybody means: 0 to 255. */
  static boolean isOfWholeNumbers(DataType type) {
    return NumbersColumn.elements(type).map(NumberType::isWhole).orElse(false);
  }

  /**
   * A column of images that say themselves what they are; none if values of the type are no such
   * images.
   */
  static Optional<ImageColumn> ofImages(DataType type) {
    if (type instanceof BinaryType) {
      return Optional.of(new EncodedColumn());
    } else if (type instanceof StructType struct) {
      return SparkImageColumn.of(struct).or(() -> EncodedStructColumn.of(struct));
    }
    return Optional.empty();
  }

  /**
   * A column of numbers.
   *
   * @param type for which {@link #isOfNumbers} holds
   * @param shape of every image, whose values follow each other
   * @param maximum value that stands for 255; none is larger, and none below 0
   */
  static ImageColumn ofNumbers(DataType type, Shape shape, double maximum) {
    Scale scale = new Scale(shape, maximum);
    return NumbersColumn.elements(type)
        .<ImageColumn>map(number -> new NumbersColumn(number, scale))
        .orElseGet(() -> new VectorColumn(scale));
  }

  /** Files of images. */
  record EncodedColumn() implements ImageColumn {
    @Override
    public StoredImage readPresent(InternalRow row, int place) {
      return new Encoded(row.getBinary(place));
    }
  }

  /**
   * Files of images in a struct, as Hugging Face's data sets have them.
   *
   * @param bytes place of the file in the struct
   * @param fields of the struct
   */
  record EncodedStructColumn(int bytes, int fields) implements ImageColumn {

    private static final String BYTES = "bytes";

    static Optional<ImageColumn> of(StructType struct) {
      List<String> names = List.of(struct.fieldNames());
      int bytes = names.indexOf(BYTES);
      return bytes >= 0 && struct.fields()[bytes].dataType() instanceof BinaryType
          ? Optional.of(new EncodedStructColumn(bytes, names.size()))
          : Optional.empty();
    }

    @Override
    public StoredImage readPresent(InternalRow row, int place) {
      InternalRow struct = row.getStruct(place, fields);
      return struct.isNullAt(bytes)
          ? new Unusable("the image's bytes are null")
          : new Encoded(struct.getBinary(bytes));
    }
  }

  /**
   * Spark's struct of an image.
   *
   * @param height place of the number of rows in the struct; likewise the others
   * @param fields of the struct
   */
  record SparkImageColumn(int height, int width, int channels, int mode, int data, int fields)
      implements ImageColumn {

    static Optional<ImageColumn> of(StructType struct) {
      List<String> names = List.of(struct.fieldNames());
      List<Integer> numbers =
          List.of("height", "width", "nChannels", "mode").stream().map(names::indexOf).toList();
      int data = names.indexOf("data");
      boolean fits =
          data >= 0
              && struct.fields()[data].dataType() instanceof BinaryType
              && numbers.stream()
                  .allMatch(
                      field ->
                          field >= 0 && struct.fields()[field].dataType() instanceof IntegerType);
      return fits
          ? Optional.of(
              new SparkImageColumn(
                  numbers.get(0),
                  numbers.get(1),
                  numbers.get(2),
                  numbers.get(3),
                  data,
                  names.size()))
          : Optional.empty();
    }

    @Override
    public StoredImage readPresent(InternalRow row, int place) {
      InternalRow struct = row.getStruct(place, fields);
      for (int field : new int[] {height, width, channels, mode, data}) {
        if (struct.isNullAt(field)) {
          return new Unusable("a field of the image is null");
        }
      }
      return new SparkImage(
          struct.getInt(height),
          struct.getInt(width),
          struct.getInt(channels),
          struct.getInt(mode),
          struct.getBinary(data));
    }
  }

  /**
   * What numbers mean.
   *
   * @param shape of an image
   * @param maximum that stands for 255
   */
  record Scale(Shape shape, double maximum) implements Serializable {

    private static final int MOST = 255;

    /**
     * An image of numbers.
     *
     * @param places of the numbers in the image; null: one after the other
     */
    StoredImage image(
        NumberType type, SpecializedGetters numbers, int count, @Nullable ArrayData places) {
      byte[] pixels = new byte[shape.size()];
      for (int i = 0; i < count; i++) {
        int at = places == null ? i : places.getInt(i);
        if (at < 0 || at >= pixels.length) {
          return new Unusable(
              "expected indices from 0 to " + (pixels.length - 1) + ", found " + at);
        }
        if (numbers.isNullAt(i)) {
          return new Unusable(expected() + ", found null " + position(at));
        }
        double number = type.get(numbers, i);
        if (!(number >= 0 && number <= maximum)) {
          return new Unusable(
              expected() + ", found " + NumberType.text(number) + " " + position(at));
        }
        pixels[at] = (byte) Math.rint(number * MOST / maximum);
      }
      return new Pixels(pixels);
    }

    Unusable wrongCount(long found) {
      return new Unusable(
          "expected " + shape.size() + " numbers for an image of " + shape + ", found " + found);
    }

    private String expected() {
      return "expected numbers from 0 to " + NumberType.text(maximum);
    }

    private String position(int at) {
      return "at channel "
          + at / shape.area()
          + ", row "
          + at % shape.area() / shape.width()
          + ", column "
          + at % shape.width();
    }
  }

  /** Arrays of numbers. */
  record NumbersColumn(NumberType type, Scale scale) implements ImageColumn {

    static Optional<NumberType> elements(DataType type) {
      return type instanceof ArrayType array
          ? NumberType.of(array.elementType())
          : Optional.empty();
    }

    @Override
    public StoredImage readPresent(InternalRow row, int place) {
      ArrayData numbers = row.getArray(place);
      return numbers.numElements() == scale.shape().size()
          ? scale.image(type, numbers, numbers.numElements(), null)
          : scale.wrongCount(numbers.numElements());
    }
  }

  /**
   * Vectors of Spark's machine learning, dense or sparse, as tables store them: no class of that
   * library is needed.
   */
  record VectorColumn(Scale scale) implements ImageColumn {

    private static final String[] FIELDS = {"type", "size", "indices", "values"};
    private static final int TYPE = 0;
    private static final int SIZE = 1;
    private static final int INDICES = 2;
    private static final int VALUES = 3;
    private static final byte SPARSE = 0;

    static boolean is(DataType type) {
      DataType stored = type instanceof UserDefinedType<?> defined ? defined.sqlType() : type;
      return stored instanceof StructType struct && Arrays.equals(struct.fieldNames(), FIELDS);
    }

    @Override
    public StoredImage readPresent(InternalRow row, int place) {
      InternalRow vector = row.getStruct(place, FIELDS.length);
      ArrayData values = vector.getArray(VALUES);
      boolean sparse = vector.getByte(TYPE) == SPARSE;
      int size = sparse ? vector.getInt(SIZE) : values.numElements();
      return size == scale.shape().size()
          ? scale.image(
              NumberType.DOUBLE,
              values,
              values.numElements(),
              sparse ? vector.getArray(INDICES) : null)
          : scale.wrongCount(size);
    }
  }
}
