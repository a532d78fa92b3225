package io.coppice.ml;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.config.ConfigException;
import io.coppice.config.ConfigJson;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.report.EpochReport;
import io.coppice.report.RunListener;
import io.coppice.source.ImageSource;
import io.coppice.source.TableSource;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a channel-sparse convolutional network of the rows of a data frame: an estimator of Spark
 * ML on the same {@link Trainer} as the command line.
 *
 * <pre>{@code
 * ChannelSparseClassificationModel model =
 *     new ChannelSparseClassifier()
 *         .setFeaturesCol("image")
 *         .setBudget("25 %")
 *         .setMaxIter(30)
 *         .fit(train);
 * }</pre>
 *
 * <p>Features are image files (binary), Spark's struct of an image, or arrays or vectors of numbers
 * that {@code imageShape} and {@code pixelMaximum} describe. Labels are whole numbers from 0 on;
 * the names that {@code StringIndexer} leaves beside them become those of the classes. All rows are
 * learned from, unless {@code validationIndicatorCol} sets some apart. They are to be the same
 * whenever they are computed, in whatever order.
 *
 * <p>What has no parameter of its own is a key of the configuration in {@code settings}, such as
 * {@code training.labelSmoothing=0.1}.
 */
public final class ChannelSparseClassifier
    extends ProbabilisticClassifier<
        Vector, ChannelSparseClassifier, ChannelSparseClassificationModel>
    implements ImageParams, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(ChannelSparseClassifier.class);

  private static final RunConfig DEFAULTS = ConfigReader.read("defaults", "", Map.of());

  private static final String TEST_SHARE = "data.testShare";

  /** Keys that say where images are, which is in the data frame; and what would say it instead. */
  private static final Map<String, String> OF_THE_DATA_FRAME =
      Map.of(
          "data.path", "the data frame is what it learns from",
          "data.format", "the data frame is what it learns from",
          "data.testPath", "validationIndicatorCol marks the rows to test by",
          "data.labelColumn", "labelCol is the column",
          "data.imageColumn", "featuresCol is the column",
          "output", "checkpointDir is the directory");

  private final String uid;

  /** An estimator with a name of its own. */
  public ChannelSparseClassifier() {
    this(Identifiable.randomUID("channelSparse"));
  }

  /** An estimator of a given name. */
  public ChannelSparseClassifier(String uid) {
    this(PendingUid.hold(uid));
  }

  private ChannelSparseClassifier(PendingUid pending) {
    super();
    this.uid = PendingUid.release();
    setDefault(network(), DEFAULTS.network().name());
    setDefault(maxIter(), DEFAULTS.training().epochs());
    setDefault(stepSize(), DEFAULTS.training().learningRate());
    setDefault(batchSize(), DEFAULTS.training().batchSize());
    setDefault(seed(), DEFAULTS.training().seed());
    setDefault(budget(), defaultText("structure", "budget"));
    setDefault(cost(), defaultText("structure", "cost"));
    setDefault(strategy(), defaultText("structure", "strategy"));
    setDefault(granularity(), DEFAULTS.structure().granularity());
    setDefault(numShards(), DEFAULTS.distribution().shards());
    setDefault(imageSize(), DEFAULTS.data().size());
    setDefault(pixelMaximum(), DEFAULTS.data().maximum());
    setDefault(resize(), DEFAULTS.data().resize());
    setDefault(handleInvalid(), ERROR);
    setDefault(settings(), new String[0]);
  }

  private static String defaultText(String section, String key) {
    JsonNode value = ConfigJson.of(DEFAULTS).path(section).path(key);
    return value.asText();
  }

  @Override
  public String uid() {
    return uid == null ? PendingUid.held() : uid;
  }

  /** Name of the network. */
  public Param<String> network() {
    return new Param<>(
        this, "network", "resnet20, vgg16, wrn-28-10, mobilenet, ... (network.name)");
  }

  /** Number of epochs. */
  public IntParam maxIter() {
    return new IntParam(
        this,
        "maxIter",
        "passes over the training images (training.epochs)",
        ParamValidators.gtEq(1));
  }

  /** Highest learning rate. */
  public DoubleParam stepSize() {
    return new DoubleParam(
        this,
        "stepSize",
        "highest learning rate of the weights (training.learningRate)",
        ParamValidators.gt(0));
  }

  /** Images of a step. */
  public IntParam batchSize() {
    return new IntParam(
        this,
        "batchSize",
        "images a step, over all shards (training.batchSize)",
        ParamValidators.gtEq(2));
  }

  /** Seed of all random numbers. */
  public LongParam seed() {
    return new LongParam(
        this,
        "seed",
        "seed of all random numbers: the same one gives the same bits (training.seed)");
  }

  /** What may remain of the network. */
  public Param<String> budget() {
    return new Param<>(
        this,
        "budget",
        "what may remain of the network: a share (0.36, 36 %) or an amount (15 MFLOPs, 8M parameters, 25 ms)"
            + " (structure.budget)");
  }

  /** What the budget counts. */
  public Param<String> cost() {
    return new Param<>(
        this, "cost", "what the budget counts: flops, parameters, channels, time (structure.cost)");
  }

  /** How the structure is learned. */
  public Param<String> strategy() {
    return new Param<>(
        this,
        "strategy",
        "how it is learned which channels stay: shares, anchor, sampled, magnitude, taylor, uniform, random, dense"
            + " (structure.strategy)");
  }

  /** Channels that are kept or removed together. */
  public IntParam granularity() {
    return new IntParam(
        this,
        "granularity",
        "channels kept or removed together (structure.granularity)",
        ParamValidators.gtEq(1));
  }

  /** Slices of the training images. */
  public IntParam numShards() {
    return new IntParam(
        this,
        "numShards",
        "fixed slices of the training images, each a task of every round: at least as many as cores; results depend on it,"
            + " not on executors (distribution.shards)",
        ParamValidators.gtEq(1));
  }

  /** A trained network to start from. */
  public Param<String> startFrom() {
    return new Param<>(
        this,
        "startFrom",
        "trained network of the same layers to start from: a run's directory, a file of safetensors, or a model zip of"
            + " Deeplearning4j (training.from)");
  }

  /** Where checkpoints are kept. */
  public Param<String> checkpointDir() {
    return new Param<>(
        this,
        "checkpointDir",
        "directory of checkpoints and results on any Hadoop file system; each fit has one of its own in it, named by data and"
            + " parameters, and goes on from there when it was stopped. Undefined: nothing is kept");
  }

  /** The column that marks rows to validate by. */
  public Param<String> validationIndicatorCol() {
    return new Param<>(
        this,
        "validationIndicatorCol",
        "boolean column: true for rows that are not learned from but tell how good the model is");
  }

  /** Shape of images that are numbers. */
  public Param<String> imageShape() {
    return new Param<>(
        this,
        "imageShape",
        "shape of images that are arrays or vectors: channels, rows and columns, in this order, such as 3x32x32 (data.shape)");
  }

  /** Size that other images are brought to. */
  public IntParam imageSize() {
    return new IntParam(
        this,
        "imageSize",
        "rows and columns to which image files and image structs are scaled and cut; 0: as they are, all alike (data.size)",
        ParamValidators.gtEq(0));
  }

  /** All other settings. */
  public StringArrayParam settings() {
    return new StringArrayParam(
        this,
        "settings",
        "other keys of the configuration as KEY=VALUE, such as training.labelSmoothing=0.1; coppice train --print-config"
            + " lists them");
  }

  /** See {@link #network}. */
  public ChannelSparseClassifier setNetwork(String value) {
    set(network(), value);
    return this;
  }

  /** See {@link #network}. */
  public String getNetwork() {
    return getOrDefault(network());
  }

  /** See {@link #maxIter}. */
  public ChannelSparseClassifier setMaxIter(int value) {
    set(maxIter(), (Object) value);
    return this;
  }

  /** See {@link #maxIter}. */
  public int getMaxIter() {
    return (Integer) getOrDefault(maxIter());
  }

  /** See {@link #stepSize}. */
  public ChannelSparseClassifier setStepSize(double value) {
    set(stepSize(), (Object) value);
    return this;
  }

  /** See {@link #stepSize}. */
  public double getStepSize() {
    return (Double) getOrDefault(stepSize());
  }

  /** See {@link #batchSize}. */
  public ChannelSparseClassifier setBatchSize(int value) {
    set(batchSize(), (Object) value);
    return this;
  }

  /** See {@link #batchSize}. */
  public int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  /** See {@link #seed}. */
  public ChannelSparseClassifier setSeed(long value) {
    set(seed(), (Object) value);
    return this;
  }

  /** See {@link #seed}. */
  public long getSeed() {
    return (Long) getOrDefault(seed());
  }

  /** See {@link #budget}. */
  public ChannelSparseClassifier setBudget(String value) {
    set(budget(), value);
    return this;
  }

  /** See {@link #budget}. */
  public ChannelSparseClassifier setBudget(double share) {
    return setBudget(String.valueOf(share));
  }

  /** See {@link #budget}. */
  public String getBudget() {
    return getOrDefault(budget());
  }

  /** See {@link #cost}. */
  public ChannelSparseClassifier setCost(String value) {
    set(cost(), value);
    return this;
  }

  /** See {@link #cost}. */
  public String getCost() {
    return getOrDefault(cost());
  }

  /** See {@link #strategy}. */
  public ChannelSparseClassifier setStrategy(String value) {
    set(strategy(), value);
    return this;
  }

  /** See {@link #strategy}. */
  public String getStrategy() {
    return getOrDefault(strategy());
  }

  /** See {@link #granularity}. */
  public ChannelSparseClassifier setGranularity(int value) {
    set(granularity(), (Object) value);
    return this;
  }

  /** See {@link #granularity}. */
  public int getGranularity() {
    return (Integer) getOrDefault(granularity());
  }

  /** See {@link #numShards}. */
  public ChannelSparseClassifier setNumShards(int value) {
    set(numShards(), (Object) value);
    return this;
  }

  /** See {@link #numShards}. */
  public int getNumShards() {
    return (Integer) getOrDefault(numShards());
  }

  /** See {@link #startFrom}. */
  public ChannelSparseClassifier setStartFrom(String value) {
    set(startFrom(), value);
    return this;
  }

  /** See {@link #startFrom}. */
  public String getStartFrom() {
    return getOrDefault(startFrom());
  }

  /** See {@link #checkpointDir}. */
  public ChannelSparseClassifier setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return this;
  }

  /** See {@link #checkpointDir}. */
  public String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** See {@link #validationIndicatorCol}. */
  public ChannelSparseClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol(), value);
    return this;
  }

  /** See {@link #validationIndicatorCol}. */
  public String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  /** See {@link #imageShape}. */
  public ChannelSparseClassifier setImageShape(String value) {
    set(imageShape(), value);
    return this;
  }

  /** See {@link #imageShape}. */
  public String getImageShape() {
    return getOrDefault(imageShape());
  }

  /** See {@link #imageSize}. */
  public ChannelSparseClassifier setImageSize(int value) {
    set(imageSize(), (Object) value);
    return this;
  }

  /** See {@link #imageSize}. */
  public int getImageSize() {
    return (Integer) getOrDefault(imageSize());
  }

  /** See {@code pixelMaximum}. */
  public ChannelSparseClassifier setPixelMaximum(double value) {
    set(pixelMaximum(), (Object) value);
    return this;
  }

  /** See {@code resize}. */
  public ChannelSparseClassifier setResize(int value) {
    set(resize(), (Object) value);
    return this;
  }

  /** See {@code handleInvalid}. */
  public ChannelSparseClassifier setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** See {@link #settings}. */
  public ChannelSparseClassifier setSettings(String... values) {
    set(settings(), values.clone());
    return this;
  }

  /** See {@link #settings}. */
  public String[] getSettings() {
    return getOrDefault(settings());
  }

  /** A column by its whole name, whatever stands in it. */
  static Column column(String name) {
    return functions.col(TableSource.quoted(name));
  }

  /** The field of a column in a schema. */
  static StructField field(StructType schema, String name, String param) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a column "
                        + name
                        + " ("
                        + param
                        + "), found "
                        + String.join(", ", schema.fieldNames())));
  }

  /** Parameters of images that are set, as keys of a configuration with their values. */
  static Map<String, String> imageSettings(ImageParams params) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (params.isSet(params.pixelMaximum())) {
      settings.put("data.maximum", String.valueOf(params.getPixelMaximum()));
    }
    if (params.isSet(params.resize())) {
      settings.put("data.resize", String.valueOf(params.getResize()));
    }
    return settings;
  }

  /**
   * The configuration that the parameters come to.
   *
   * @throws ConfigException naming all that is wrong with them
   */
  RunConfig config() {
    return ConfigReader.read("the parameters of " + uid(), "", configuration());
  }

  /** Keys of the configuration that are not at their defaults, with their values. */
  private Map<String, String> configuration() {
    Map<Param<?>, String> keys = new LinkedHashMap<>();
    keys.put(network(), "network.name");
    keys.put(maxIter(), "training.epochs");
    keys.put(stepSize(), "training.learningRate");
    keys.put(batchSize(), "training.batchSize");
    keys.put(seed(), "training.seed");
    keys.put(budget(), "structure.budget");
    keys.put(cost(), "structure.cost");
    keys.put(strategy(), "structure.strategy");
    keys.put(granularity(), "structure.granularity");
    keys.put(numShards(), "distribution.shards");
    keys.put(startFrom(), "training.from");
    keys.put(imageShape(), "data.shape");
    keys.put(imageSize(), "data.size");
    Map<String, String> values = new LinkedHashMap<>();
    keys.forEach(
        (param, key) -> {
          if (isSet(param)) {
            values.put(key, String.valueOf(getOrDefault(param)));
          }
        });
    values.putAll(imageSettings(this));
    values.put("data.labelColumn", getLabelCol());
    values.put("data.imageColumn", getFeaturesCol());
    values.put("data.onBadImage", getHandleInvalid().equals(SKIP) ? "skip" : "fail");
    List<String> problems = new ArrayList<>();
    for (String setting : getSettings()) {
      int equals = setting.indexOf('=');
      String key = equals < 0 ? setting : setting.substring(0, equals).trim();
      String instead = OF_THE_DATA_FRAME.get(key);
      if (equals < 1) {
        problems.add("'settings' must be of the form KEY=VALUE, found '" + setting + "'");
      } else if (instead != null) {
        problems.add("'settings' cannot set '" + key + "': " + instead);
      } else if (values.put(key, setting.substring(equals + 1).trim()) != null) {
        problems.add("'settings' sets '" + key + "', which is set already");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException("the parameters of " + uid(), problems);
    }
    // All rows are given to learn from.
    values.putIfAbsent(TEST_SHARE, "0");
    return values;
  }

  /**
   * Checks all parameters, and the columns against them, before any job.
   *
   * @return the schema with the columns that the model's {@code transform} adds
   * @throws IllegalArgumentException naming what is wrong
   */
  @Override
  public StructType validateAndTransformSchema(
      StructType schema, boolean fitting, DataType featuresDataType) {
    RunConfig config = config();
    StructField label = field(schema, getLabelCol(), "labelCol");
    if (!(label.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "expected numbers in column "
              + label.name()
              + " (labelCol), found "
              + label.dataType().simpleString()
              + "; Spark's StringIndexer makes numbers of names");
    }
    field(schema, getFeaturesCol(), "featuresCol");
    TableSource.requireColumns(schema, config.data());
    if (isDefined(validationIndicatorCol())) {
      StructField indicator = field(schema, getValidationIndicatorCol(), "validationIndicatorCol");
      if (!(indicator.dataType() instanceof BooleanType)) {
        throw new IllegalArgumentException(
            "expected true or false in column "
                + indicator.name()
                + " (validationIndicatorCol), found "
                + indicator.dataType().simpleString());
      }
    }
    return new OutputColumns(getRawPredictionCol(), getProbabilityCol(), getPredictionCol())
        .appendTo(schema, 0, List.of());
  }

  /** Trains on rows whose labels are doubles, as {@code fit} has cast them. */
  @Override
  public ChannelSparseClassificationModel train(Dataset<?> dataset) {
    List<EpochReport> epochs = new ArrayList<>();
    Trainer trainer = Trainer.of(config()).listener(listener(epochs));
    if (isDefined(checkpointDir())) {
      trainer = trainer.outputUnder(getCheckpointDir());
    }
    try {
      TrainingResult result =
          trainer.train(dataset.sparkSession().sparkContext(), images(dataset.toDF()));
      return new ChannelSparseClassificationModel(
          uid(), result.model(), new ChannelSparseTrainingSummary(epochs, result));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageSource images(Dataset<Row> rows) {
    if (!isDefined(validationIndicatorCol())) {
      return TableSource.of(rows, configuration());
    }
    Column toValidateBy = column(getValidationIndicatorCol());
    return TableSource.of(
        rows.filter(functions.not(toValidateBy)), rows.filter(toValidateBy), configuration());
  }

  private RunListener listener(List<EpochReport> epochs) {
    return new RunListener() {
      @Override
      public void epochEnded(EpochReport report) {
        epochs.add(report);
        LOG.info(
            String.format(
                Locale.ROOT,
                "%s: epoch %d (%s): loss %.3f, accuracy %.3f, on images held back %.3f, %.1f %% of the FLOPs, %,.0f images/s",
                uid(),
                report.epoch(),
                report.phase(),
                report.loss(),
                report.accuracy(),
                report.heldBackAccuracy(),
                100 * report.flopsRatio(),
                report.imagesPerSecond()));
      }

      @Override
      public void wentOn(long rounds, String directory) {
        LOG.info("{}: goes on after {} rounds in {}", uid(), rounds, directory);
      }

      @Override
      public void cautioned(String reason) {
        LOG.warn("{}: {}", uid(), reason);
      }

      @Override
      public void warned(String problem) {
        LOG.warn("{}: {}", uid(), problem);
      }
    };
  }

  @Override
  public ChannelSparseClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@code write} wrote. */
  public static MLReader<ChannelSparseClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /**
   * Reads a saved estimator.
   *
   * @param path of any Hadoop file system
   */
  public static ChannelSparseClassifier load(String path) {
    return read().load(path);
  }
}
