package io.coppice.source;

import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.data.InvalidDataException;
import io.coppice.image.ImageFit;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.source.StoredTables.TableSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a label and an image: a program's own, those of files of Parquet or ORC, or a table of a
 * catalogue.
 *
 * <p>The label's column, {@code data.labelColumn}, has whole numbers (of any numeric type; where
 * Spark's {@code StringIndexer} made them, it gives the classes' names) or names. The image's
 * column, {@code data.imageColumn}, has files of images as {@link FileSource} reads them from
 * folders, Spark's struct of an image, or arrays or vectors of numbers that {@code data.shape} and
 * {@code data.maximum} describe. Other columns are not read.
 */
public final class TableSource implements ImageSource {

  private static final String GIVEN = "the data frame";

  private final String name;
  private final DataConfig config;
  private final Opening opening;

  /** Gives the tables. */
  private interface Opening {
    TableSet open(JavaSparkContext spark, Configuration hadoop) throws IOException;
  }

  private TableSource(String name, DataConfig config, Opening opening) {
    this.name = name;
    this.config = config;
    this.opening = opening;
  }

  /** The same as {@link #of(Dataset, Map)} with all settings at their defaults. */
  public static ImageSource of(Dataset<Row> images) {
    return of(images, Map.of());
  }

  /**
   * The rows of a data frame, of which {@code data.testShare} are split off to test by, chosen by
   * their images.
   *
   * @param images rows, which are to be the same whenever they are computed, in whatever order
   * @param settings keys as in a configuration file, such as {@code data.labelColumn}
   */
  public static ImageSource of(Dataset<Row> images, Map<String, String> settings) {
    return of(config(settings), new TableSet(new Table(GIVEN, images, false), null));
  }

  /** The same as {@link #of(Dataset, Dataset, Map)} with all settings at their defaults. */
  public static ImageSource of(Dataset<Row> train, Dataset<Row> test) {
    return of(train, test, Map.of());
  }

  /**
   * The rows of two data frames, which are to be the same whenever they are computed, in whatever
   * order.
   *
   * @param train rows to learn from
   * @param test rows to test by
   * @param settings keys as in a configuration file, such as {@code data.labelColumn}
   */
  public static ImageSource of(
      Dataset<Row> train, Dataset<Row> test, Map<String, String> settings) {
    return of(
        config(settings),
        new TableSet(
            new Table(GIVEN + " to train on", train, false),
            new Table(GIVEN + " to test by", test, false)));
  }

  private static ImageSource of(DataConfig config, TableSet tables) {
    return new TableSource(GIVEN, config, (spark, hadoop) -> tables);
  }

  private static DataConfig config(Map<String, String> settings) {
    return ConfigReader.read("settings of the images", "", settings).data();
  }

  /** What a configuration names. */
  static ImageSource of(DataConfig config, Format format) {
    return new TableSource(
        config.path(),
        config,
        (spark, hadoop) -> new StoredTables(config, spark, hadoop).open(format));
  }

  /**
   * Requires columns of labels and images, as far as a schema tells, before any row is there.
   *
   * @param config how they are named and what they are
   * @throws InvalidDataException if something is wrong with them
   */
  public static void requireColumns(StructType schema, DataConfig config) {
    TableColumns.of(GIVEN, schema, config, declaredShape(config));
  }

  /** The name of a column as Spark takes it for the whole name, whatever stands in it. */
  public static String quoted(String column) {
    return "`" + column.replace("`", "``") + "`";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
    try {
      return open(opening.open(spark, hadoop));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private SourceImages open(TableSet tables) {
    Table train = tables.train();
    Table test = tables.test();
    Shape declared = declaredShape(config);
    ImageSettings settings = ImageSettings.of(config);
    TableColumns columns = TableColumns.of(train.name(), train.schema(), config, declared);
    LabelColumn labels = labels(train, columns);
    Shape shape = declared == null ? shape(train, columns, settings) : declared;
    ImageFit fit = declared == null ? settings.fit() : null;
    if (test == null) {
      return new SourceImages(
          shape,
          classes(labels),
          images(
              train, columns, labels, shape, ContentSplit.toLearnFrom(config.testShare(), false)),
          ContentSplit.leavesSome(config.testShare(), false)
              ? images(
                  train, columns, labels, shape, ContentSplit.toTestBy(config.testShare(), false))
              : null,
          fit);
    }
    TableColumns testColumns = TableColumns.of(test.name(), test.schema(), config, declared);
    LabelColumn testLabels = testLabels(train, labels, test, testColumns);
    return new SourceImages(
        shape,
        classes(labels),
        images(train, columns, labels, shape, ContentSplit.ALL),
        images(test, testColumns, testLabels, shape, ContentSplit.ALL),
        fit);
  }

  private static @Nullable Shape declaredShape(DataConfig config) {
    return config.shape().isEmpty() ? null : Shape.parse(config.shape());
  }

  private static Shape shape(Table train, TableColumns columns, ImageSettings settings) {
    return settings
        .givenShape()
        .orElseGet(() -> TableScan.shape(train, columns.image(), columns.images(), settings));
  }

  private LabelColumn labels(Table train, TableColumns columns) {
    List<String> names =
        columns.numbers() == null ? TableScan.names(train, columns.label()) : columns.names();
    int known = names.isEmpty() ? config.classes() : names.size();
    return new LabelColumn(
        columns.label(), columns.numbers(), names, known == 0 ? LabelColumn.MOST_CLASSES : known);
  }

  /** Those of rows to test by: of the classes that there are to learn. */
  private LabelColumn testLabels(
      Table train, LabelColumn labels, Table test, TableColumns columns) {
    NumberType numbers = columns.numbers();
    if ((numbers == null) != (labels.numbers() == null)) {
      throw new InvalidDataException(
          test.name()
              + ": expected "
              + (numbers == null ? "numbers" : "names")
              + " in column "
              + columns.label()
              + " as in "
              + train.name()
              + ", found "
              + (numbers == null ? "names" : "numbers"));
    }
    int classes = labels.classes();
    if (labels.names().isEmpty() && config.classes() == 0 && labels.numbers() != null) {
      int largest = TableScan.largestLabel(train, labels.name(), labels.numbers());
      classes = largest < 0 ? classes : largest + 1;
    }
    return new LabelColumn(columns.label(), numbers, labels.names(), classes);
  }

  private List<String> classes(LabelColumn labels) {
    return labels.names().isEmpty() ? CompactModel.numbered(config.classes()) : labels.names();
  }

  private RDD<SourceImage> images(
      Table table, TableColumns columns, LabelColumn labels, Shape shape, ContentSplit split) {
    return new TableRdd(
        table.read(columns.label(), columns.image()),
        new TableRdd.Description(
            table.name(), table.files(), labels, columns.images(), ImageSettings.of(config), shape),
        split);
  }
}
