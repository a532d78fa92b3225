package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The two columns of a table that matter.
 *
 * @param label column of the labels
 * @param numbers type of the labels where they are numbers; null where they are names
 * @param names of the classes, where the column itself tells what its numbers stand for; else empty
 * @param image column of the images
 * @param images how its values are images
 */
record TableColumns(
    String label,
    @Nullable NumberType numbers,
    List<String> names,
    String image,
    ImageColumn images) {

  /** What the columns are called unless somebody says. */
  static final String LABEL = "label";

  static final String IMAGE = "image";

  // How Spark's machine learning keeps the names of what it has numbered.
  private static final String ATTRIBUTE = "ml_attr";
  private static final String ATTRIBUTE_TYPE = "type";
  private static final String NOMINAL = "nominal";
  private static final String VALUES = "vals";

  /**
   * Finds them.
   *
   * @param table what it is called in messages
   * @param shape of images that are numbers; null if none was declared
   * @throws InvalidDataException if there are no such columns
   */
  static TableColumns of(
      String table, StructType schema, DataConfig config, @Nullable Shape shape) {
    StructField label = named(table, schema, config.labelColumn(), "data.labelColumn");
    NumberType numbers = NumberType.of(label.dataType()).orElse(null);
    if (numbers == null && !(label.dataType() instanceof StringType)) {
      throw new InvalidDataException(
          table
              + ": expected labels that are whole numbers or names, found column "
              + described(label)
              + "; data.labelColumn names another one");
    }
    StructField image = image(table, schema, config, shape != null);
    return new TableColumns(
        label.name(),
        numbers,
        numbers == null ? List.of() : numbered(label),
        image.name(),
        images(table, image, config, shape));
  }

  private static StructField named(String table, StructType schema, String name, String key) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    table
                        + ": expected a column "
                        + name
                        + " ("
                        + key
                        + "), found "
                        + described(List.of(schema.fields()))));
  }

  private static StructField image(
      String table, StructType schema, DataConfig config, boolean numbers) {
    if (!config.imageColumn().isEmpty()) {
      return named(table, schema, config.imageColumn(), "data.imageColumn");
    }
    List<StructField> fitting = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (field.name().equals(IMAGE)) {
        return field;
      }
      boolean fits =
          numbers
              ? ImageColumn.isOfNumbers(field.dataType())
              : ImageColumn.ofImages(field.dataType()).isPresent();
      if (fits && !field.name().equals(config.labelColumn())) {
        fitting.add(field);
      }
    }
    if (fitting.size() != 1) {
      throw new InvalidDataException(
          table
              + ": expected a column "
              + IMAGE
              + " or one column only that holds "
              + (numbers
                  ? "arrays or vectors of numbers"
                  : "images (or data.shape, the shape of images that are arrays or vectors of numbers)")
              + ", found "
              + described(fitting.isEmpty() ? List.of(schema.fields()) : fitting)
              + "; data.imageColumn names one");
    }
    return fitting.get(0);
  }

  /**
   * How a column's values are images.
   *
   * @param table what it is called in messages
   * @param shape of images that are numbers; null if none was declared
   * @throws InvalidDataException if they are none
   */
  static ImageColumn images(
      String table, StructField field, DataConfig config, @Nullable Shape shape) {
    DataType type = field.dataType();
    if (!ImageColumn.isOfNumbers(type)) {
      ImageColumn images =
          ImageColumn.ofImages(type)
              .orElseThrow(
                  () ->
                      new InvalidDataException(
                          table
                              + ": expected image files (binary), Spark's struct of an image, or arrays or vectors of"
                              + " numbers, found column "
                              + described(field)
                              + "; data.imageColumn names another one"));
      if (shape != null) {
        throw new InvalidDataException(
            table
                + ": data.shape is for arrays and vectors of numbers, found column "
                + described(field)
                + ", whose images have sizes of their own; data.size brings them to one");
      }
      return images;
    }
    if (shape == null) {
      throw new InvalidDataException(
          table
              + ": column "
              + described(field)
              + " needs data.shape, such as 3x32x32 (channels, rows, columns), as numbers do not say how they lie");
    }
    if (config.maximum() == 0 && !ImageColumn.isOfWholeNumbers(type)) {
      throw new InvalidDataException(
          table
              + ": column "
              + described(field)
              + " needs data.maximum, the number that is full white: 1 or 255, say");
    }
    return ImageColumn.ofNumbers(type, shape, config.maximum() == 0 ? 255 : config.maximum());
  }

  /** The names that Spark's StringIndexer and its relatives leave beside numbers. */
  private static List<String> numbered(StructField field) {
    if (!field.metadata().contains(ATTRIBUTE)) {
      return List.of();
    }
    var attribute = field.metadata().getMetadata(ATTRIBUTE);
    boolean named =
        attribute.contains(ATTRIBUTE_TYPE)
            && attribute.getString(ATTRIBUTE_TYPE).equals(NOMINAL)
            && attribute.contains(VALUES);
    return named ? List.of(attribute.getStringArray(VALUES)) : List.of();
  }

  /** What a column with such names says. */
  static Metadata naming(List<String> names) {
    return new MetadataBuilder()
        .putMetadata(
            ATTRIBUTE,
            new MetadataBuilder()
                .putString(ATTRIBUTE_TYPE, NOMINAL)
                .putStringArray(VALUES, names.toArray(String[]::new))
                .build())
        .build();
  }

  private static String described(List<StructField> fields) {
    return fields.isEmpty()
        ? "no column"
        : fields.stream().map(TableColumns::described).collect(Collectors.joining(", "));
  }

  private static String described(StructField field) {
    return field.name() + " (" + field.dataType().simpleString() + ")";
  }
}
