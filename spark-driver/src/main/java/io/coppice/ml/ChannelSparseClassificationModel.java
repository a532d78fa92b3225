package io.coppice.ml;

import io.coppice.config.ConfigException;
import io.coppice.model.CompactModel;
import io.coppice.model.Predictor;
import io.coppice.source.ColumnImages;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple3;

/**
 * A trained channel-sparse network as a model of Spark ML. {@code transform} computes the compact
 * network on executors, a batch of rows at a time, in any query, also of a stream.
 *
 * <p>Features may be of any kind that {@link ChannelSparseClassifier} learns from, whichever the
 * model was trained on.
 */
public final class ChannelSparseClassificationModel
    extends ProbabilisticClassificationModel<Vector, ChannelSparseClassificationModel>
    implements ImageParams, MLWritable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(ChannelSparseClassificationModel.class);

  private final String uid;
  private final SharedModel shared;
  private final @Nullable ChannelSparseTrainingSummary summary;

  ChannelSparseClassificationModel(
      String uid, CompactModel model, @Nullable ChannelSparseTrainingSummary summary) {
    this(PendingUid.hold(uid), new SharedModel(model), summary);
  }

  private ChannelSparseClassificationModel(
      PendingUid pending, SharedModel shared, @Nullable ChannelSparseTrainingSummary summary) {
    super();
    this.uid = PendingUid.release();
    this.shared = shared;
    this.summary = summary;
    setDefault(pixelMaximum(), 0.0);
    setDefault(resize(), 0);
    setDefault(handleInvalid(), ERROR);
  }

  @Override
  public String uid() {
    return uid == null ? PendingUid.held() : uid;
  }

  /** The compact network with all that is needed to use it without Spark, or to export it. */
  public CompactModel compactModel() {
    return shared.model();
  }

  /** Whether it was trained by this program, so that there is a {@link #summary}. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * What its training came to.
   *
   * @throws IllegalStateException if the model was read from a file
   */
  public ChannelSparseTrainingSummary summary() {
    if (summary == null) {
      throw new IllegalStateException(
          "the model " + uid() + " has no training summary: it was read from a file");
    }
    return summary;
  }

  @Override
  public int numClasses() {
    return compactModel().network().classes();
  }

  /** Names of the classes, in the order of their numbers. */
  public String[] labels() {
    return compactModel().labels().toArray(String[]::new);
  }

  /** Number of values of one image. */
  @Override
  public int numFeatures() {
    return compactModel().network().inputShape().size();
  }

  /** See {@code pixelMaximum}. */
  public ChannelSparseClassificationModel setPixelMaximum(double value) {
    set(pixelMaximum(), (Object) value);
    return this;
  }

  /** See {@code resize}. */
  public ChannelSparseClassificationModel setResize(int value) {
    set(resize(), (Object) value);
    return this;
  }

  /** See {@code handleInvalid}. */
  public ChannelSparseClassificationModel setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** The Scala compiler finds this one's type; Java would inherit it twice. */
  @SuppressWarnings({"rawtypes", "unchecked"})
  @Override
  public Tuple3 findSummaryModel() {
    return new Tuple3(this, getProbabilityCol(), getPredictionCol());
  }

  @Override
  public StructType validateAndTransformSchema(
      StructType schema, boolean fitting, DataType featuresDataType) {
    return transformSchema(schema);
  }

  /**
   * The schema with the columns that {@link #transform} adds.
   *
   * @throws IllegalArgumentException if features are no images, or a column is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    images(schema);
    requireThresholds();
    List<String> labels = compactModel().labels();
    boolean numbered = labels.equals(CompactModel.numbered(labels.size()));
    return outputs().appendTo(schema, numClasses(), numbered ? List.of() : labels);
  }

  private OutputColumns outputs() {
    return new OutputColumns(getRawPredictionCol(), getProbabilityCol(), getPredictionCol());
  }

  private ColumnImages images(StructType schema) {
    return ColumnImages.of(
        ChannelSparseClassifier.field(schema, getFeaturesCol(), "featuresCol"),
        compactModel().network().inputShape(),
        ChannelSparseClassifier.imageSettings(this));
  }

  private void requireThresholds() {
    if (isDefined(thresholds()) && getThresholds().length != numClasses()) {
      throw new ConfigException(
          "the parameters of " + uid(),
          List.of(
              "'thresholds' must be as many as classes, "
                  + numClasses()
                  + ", found "
                  + getThresholds().length));
    }
  }

  /**
   * Adds predictions. Nothing is computed before rows are asked for.
   *
   * @return the rows in their order and partitions, without those that {@code handleInvalid} skips
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType transformed = transformSchema(schema);
    if (outputs().isEmpty()) {
      LOG.warn("{}: no output column has a name, so transform adds none", uid());
      return dataset.toDF();
    }
    Dataset<Row> predicted =
        dataset
            .toDF()
            .mapPartitions(
                new RowPredictions(
                    shared.on(dataset.sparkSession()),
                    images(schema),
                    schema.fieldIndex(getFeaturesCol()),
                    outputs(),
                    decision(),
                    getHandleInvalid().equals(SKIP)),
                Encoders.row(transformed));
    // The encoder of rows forgets the metadata of their columns.
    return predicted.select(
        Arrays.stream(transformed.fields())
            .map(
                field ->
                    ChannelSparseClassifier.column(field.name()).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private Decision decision() {
    return new Decision(isDefined(thresholds()) ? getThresholds() : new double[0]);
  }

  /**
   * The logits of one image.
   *
   * @param features of {@code pixelMaximum}, {@code (channels, height, width)}
   */
  @Override
  public Vector predictRaw(Vector features) {
    StructField column =
        DataTypes.createStructField(getFeaturesCol(), SQLDataTypes.VectorType(), true);
    ColumnImages images =
        ColumnImages.of(
            column,
            compactModel().network().inputShape(),
            ChannelSparseClassifier.imageSettings(this));
    try (ColumnImages.Reader reader = images.reader();
        Predictor predictor = compactModel().predictor(1)) {
      return Vectors.dense(
          RowPredictions.doubles(predictor.predict(reader.read(features)).logits(0)));
    }
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    if (!(raw instanceof DenseVector dense)) {
      throw new IllegalArgumentException("expected a dense vector of logits, found " + raw);
    }
    double[] probabilities = Decision.probabilities(dense.values());
    System.arraycopy(probabilities, 0, dense.values(), 0, probabilities.length);
    return dense;
  }

  @Override
  public ChannelSparseClassificationModel copy(ParamMap extra) {
    ChannelSparseClassificationModel copy =
        new ChannelSparseClassificationModel(PendingUid.hold(uid()), shared, summary);
    copyValues(copy, extra);
    copy.setParent(parent());
    return copy;
  }

  @Override
  public MLWriter write() {
    return new StoredClassificationModel.Writer(this);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<ChannelSparseClassificationModel> read() {
    return new StoredClassificationModel.Reader();
  }

  /**
   * Reads a saved model.
   *
   * @param path of any Hadoop file system
   */
  public static ChannelSparseClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "ChannelSparseClassificationModel: uid=" + uid() + ", " + compactModel();
  }
}
