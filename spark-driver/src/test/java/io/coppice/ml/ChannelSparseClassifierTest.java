package io.coppice.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.config.ConfigException;
import io.coppice.data.InvalidDataException;
import io.coppice.report.RunPhase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** The estimator in Spark ML as its users have it. */
class ChannelSparseClassifierTest {

  private static final int IMAGES = 240;

  private static SparkSession session;
  private static Dataset<Row> rows;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException {
    session = SampleRows.session();
    rows = SampleRows.vectors(session, IMAGES).cache();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void params_fresh_areExplainedAndAtTheDefaultsOfTheConfiguration() {
    ChannelSparseClassifier classifier = new ChannelSparseClassifier("given");

    assertThat(classifier.uid()).isEqualTo("given");
    assertThat(new ChannelSparseClassifier().uid()).startsWith("channelSparse_");
    assertThat(Arrays.stream(classifier.params()).map(Param::name))
        .containsExactlyInAnyOrder(
            "batchSize",
            "budget",
            "checkpointDir",
            "cost",
            "featuresCol",
            "granularity",
            "handleInvalid",
            "imageShape",
            "imageSize",
            "labelCol",
            "maxIter",
            "network",
            "numShards",
            "pixelMaximum",
            "predictionCol",
            "probabilityCol",
            "rawPredictionCol",
            "resize",
            "seed",
            "settings",
            "startFrom",
            "stepSize",
            "strategy",
            "thresholds",
            "validationIndicatorCol");
    for (Param<?> param : classifier.params()) {
      assertThat(param.parent()).isEqualTo("given");
      assertThat(classifier.explainParam(param)).startsWith(param.name() + ": ");
    }
    assertThat(classifier.explainParams())
        .contains("budget: what may remain", "(default: 0.36)", "training.epochs) (default: 14)");
    // Nothing that nobody set reaches the configuration.
    assertThat(classifier.config().training())
        .isEqualTo(new ChannelSparseClassifier().setMaxIter(14).config().training());
    assertThat(classifier.config().structure())
        .isEqualTo(
            classifier
                .copy(new ParamMap())
                .setBudget("0.36")
                .setCost("flops")
                .config()
                .structure());
    assertThat(classifier.config().data().testShare()).isZero();
  }

  @Test
  void params_set_areWhatTheConfigurationSays() {
    ChannelSparseClassifier classifier =
        new ChannelSparseClassifier()
            .setNetwork("vgg16")
            .setMaxIter(3)
            .setStepSize(0.25)
            .setBatchSize(64)
            .setSeed(9)
            .setBudget(0.125)
            .setCost("parameters")
            .setStrategy("magnitude")
            .setGranularity(4)
            .setNumShards(4)
            .setStartFrom("run")
            .setImageShape("3x8x8")
            .setImageSize(16)
            .setPixelMaximum(1)
            .setResize(24)
            .setHandleInvalid("skip")
            .setLabelCol("y")
            .setFeaturesCol("x")
            .setSettings("training.momentum = 0.5", "data.testShare=0.25");

    var config = classifier.config();
    assertThat(config.network().name()).isEqualTo("vgg16");
    assertThat(config.training().epochs()).isEqualTo(classifier.getMaxIter()).isEqualTo(3);
    assertThat(config.training().learningRate()).isEqualTo(classifier.getStepSize());
    assertThat(config.training().batchSize()).isEqualTo(classifier.getBatchSize()).isEqualTo(64);
    assertThat(config.training().seed()).isEqualTo(classifier.getSeed()).isEqualTo(9);
    assertThat(config.training().from()).isEqualTo(classifier.getStartFrom()).isEqualTo("run");
    assertThat(config.training().momentum()).isEqualTo(0.5);
    assertThat(classifier.getBudget()).isEqualTo("0.125");
    assertThat(classifier.getCost()).isEqualTo("parameters");
    assertThat(classifier.getStrategy()).isEqualTo("magnitude");
    assertThat(config.structure().granularity()).isEqualTo(classifier.getGranularity());
    assertThat(config.distribution().shards()).isEqualTo(classifier.getNumShards()).isEqualTo(4);
    assertThat(config.data().shape()).isEqualTo(classifier.getImageShape()).isEqualTo("3x8x8");
    assertThat(config.data().size()).isEqualTo(classifier.getImageSize()).isEqualTo(16);
    assertThat(config.data().maximum()).isEqualTo(classifier.getPixelMaximum()).isEqualTo(1);
    assertThat(config.data().resize()).isEqualTo(classifier.getResize()).isEqualTo(24);
    assertThat(config.data().onBadImage()).hasToString("SKIP");
    assertThat(config.data().labelColumn()).isEqualTo("y");
    assertThat(config.data().imageColumn()).isEqualTo("x");
    assertThat(config.data().testShare()).isEqualTo(0.25);
  }

  @Test
  void params_wrong_areRefusedTogetherBeforeAnyJob() {
    StructType schema = rows.schema();
    assertThatThrownBy(
            () ->
                SampleRows.classifier()
                    .setBudget("much")
                    .setNetwork("resnet20")
                    .setCost("money")
                    .transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("structure.budget", "structure.cost", "money");
    assertThatThrownBy(
            () ->
                SampleRows.classifier()
                    .setSettings("structure.granularity=1", "output=here", "x", "data.path=p")
                    .transformSchema(schema))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "4 problems",
            "'structure.granularity', which is set already",
            "cannot set 'output': checkpointDir",
            "KEY=VALUE, found 'x'",
            "cannot set 'data.path': the data frame");
    assertThatThrownBy(
            () -> SampleRows.classifier().setSettings("training.epoch=1").transformSchema(schema))
        .hasMessageContaining("training.epoch");
    assertThatThrownBy(() -> new ChannelSparseClassifier().setMaxIter(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxIter");
    assertThatThrownBy(() -> new ChannelSparseClassifier().setHandleInvalid("keep"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void transformSchema_columnsThatDoNotFit_saysWhichAndWhatToDo() throws IOException {
    StructType schema = rows.schema();
    StructType transformed = SampleRows.classifier().transformSchema(schema);
    assertThat(transformed.fieldNames())
        .containsExactly("id", "label", "features", "rawPrediction", "probability", "prediction");
    assertThat(
            SampleRows.classifier()
                .setProbabilityCol("")
                .setRawPredictionCol("")
                .transformSchema(schema)
                .fieldNames())
        .containsExactly("id", "label", "features", "prediction");
    assertRefused(SampleRows.classifier().setLabelCol("y"), rows, "a column y (labelCol)");
    assertRefused(SampleRows.classifier().setFeaturesCol("x"), rows, "column x (featuresCol)");
    assertRefused(
        SampleRows.classifier(),
        rows.withColumn("label", functions.lit("cat")),
        "numbers in column label (labelCol), found string; Spark's StringIndexer");
    assertRefused(SampleRows.classifier().setFeaturesCol("id"), rows, "found column id (int)");
    assertRefused(SampleRows.classifier().setPredictionCol("id"), rows, "id already exists");
    assertRefused(
        SampleRows.classifier().setValidationIndicatorCol("id"),
        rows,
        "true or false in column id (validationIndicatorCol), found int");
    ChannelSparseClassifier shapeless = SampleRows.classifier();
    shapeless.clear(shapeless.imageShape());
    assertRefused(shapeless, rows, "needs data.shape");
    assertRefused(
        SampleRows.classifier(),
        SampleRows.files(session, 2),
        "data.shape is for arrays and vectors");
  }

  private static void assertRefused(
      ChannelSparseClassifier classifier, Dataset<Row> data, String message) {
    assertThatThrownBy(() -> classifier.transformSchema(data.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> classifier.fit(data)).hasMessageContaining(message);
  }

  @Test
  void fit_twiceAndACopy_sameModelWithItsSummary() {
    ChannelSparseClassifier classifier = SampleRows.classifier().setMaxIter(2);
    ChannelSparseClassificationModel first = classifier.fit(rows);
    ChannelSparseClassificationModel second =
        classifier.copy(new ParamMap()).fit(rows.repartition(5));

    assertThat(second.compactModel()).isEqualTo(first.compactModel());
    assertThat(first.uid()).isEqualTo(classifier.uid());
    assertThat(first.parent()).isSameAs(classifier);
    assertThat(first.getPixelMaximum()).isEqualTo(255);
    assertThat(first.hasSummary()).isTrue();
    ChannelSparseTrainingSummary summary = first.summary();
    assertThat(summary.totalIterations()).isEqualTo(summary.epochs().size());
    assertThat(summary.epochs()).filteredOn(e -> e.phase() == RunPhase.TRAIN).hasSize(2);
    assertThat(summary.objectiveHistory()).hasSize(summary.totalIterations()).doesNotContain(0);
    assertThat(DoubleStream.of(summary.accuracyHistory())).allMatch(a -> a > 0 && a <= 1);
    assertThat(DoubleStream.of(summary.heldBackAccuracyHistory())).allMatch(a -> a >= 0 && a <= 1);
    assertThat(summary.flopsRatio()).isBetween(0.2, 0.36);
    assertThat(summary.parametersRatio()).isBetween(0.1, 0.8);
    assertThat(summary.keptChannels())
        .hasSize(first.compactModel().network().groups().size())
        .allSatisfy((group, channels) -> assertThat(channels).isPositive());
    assertThat(summary.trainSeconds()).isPositive();
    assertThat(summary.measuredSpeedup()).isPositive();
    assertThatThrownBy(summary::validationAccuracy)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("validationIndicatorCol");
  }

  @Test
  void fit_validationIndicator_learnsFromTheOthersAndMeasuresByThese() throws IOException {
    Dataset<Row> marked = rows.withColumn("held out", functions.col("id").geq(200));
    ChannelSparseClassificationModel model =
        SampleRows.classifier().setValidationIndicatorCol("held out").fit(marked);

    assertThat(model.compactModel())
        .isEqualTo(SampleRows.classifier().fit(SampleRows.vectors(session, 200)).compactModel());
    assertThat(model.summary().run().testImages()).isEqualTo(IMAGES - 200);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(marked.filter("`held out`")));
    assertThat(model.summary().validationAccuracy()).isCloseTo(accuracy, within(1e-9));
    assertThat(model.summary().validationLoss()).isPositive();
  }

  @Test
  void fit_anyKindOfFeatures_sameNetwork() throws IOException {
    var expected = SampleRows.classifier().fit(rows).compactModel();
    assertThat(
            SampleRows.classifier()
                .setPixelMaximum(1)
                .fit(SampleRows.unitVectors(session, IMAGES))
                .compactModel()
                .parameters())
        .isEqualTo(expected.parameters());
    ChannelSparseClassifier ofWholeNumbers = SampleRows.classifier();
    ofWholeNumbers.clear(ofWholeNumbers.pixelMaximum());
    for (Dataset<Row> kind :
        List.of(SampleRows.files(session, IMAGES), SampleRows.structs(session, IMAGES))) {
      assertThat(SampleRows.ofPictures().fit(kind).compactModel().parameters())
          .isEqualTo(expected.parameters());
    }
    assertThat(ofWholeNumbers.fit(SampleRows.arrays(session, IMAGES)).compactModel().parameters())
        .isEqualTo(expected.parameters());
  }

  @Test
  void fit_emptyPartitionsAndOtherNumbersAsLabels_sameModel() {
    Dataset<Row> scattered =
        rows.withColumn("label", functions.col("label").cast("short"))
            .repartition(7, functions.lit(1));
    assertThat(SampleRows.classifier().fit(scattered).compactModel())
        .isEqualTo(SampleRows.classifier().fit(rows).compactModel());
  }

  @Test
  void fit_badRows_refusedOrSkippedAsTold() {
    assertThatThrownBy(
            () ->
                SampleRows.classifier()
                    .fit(rows.withColumn("label", functions.when(functions.col("id").gt(3), 1.0))))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("found null");
    assertThatThrownBy(
            () -> SampleRows.classifier().fit(rows.withColumn("label", functions.lit(0.5))))
        .hasMessageContaining("found 0.5");
    assertThatThrownBy(() -> SampleRows.classifier().fit(rows.filter("label = 0")))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("class");
    assertThatThrownBy(() -> SampleRows.classifier().fit(rows.filter("id < 0")))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("found none");
    Dataset<Row> gaps =
        rows.withColumn(
            "features", functions.when(functions.col("id").notEqual(5), functions.col("features")));
    assertThatThrownBy(() -> SampleRows.classifier().fit(gaps))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("the image is null");
    assertThat(SampleRows.classifier().setHandleInvalid("skip").fit(gaps).compactModel())
        .isEqualTo(SampleRows.classifier().fit(rows.filter("id <> 5")).compactModel());
  }

  @Test
  void fit_checkpointDir_oneDirectoryADataSetAndReadBack() {
    ChannelSparseClassifier classifier =
        SampleRows.classifier().setCheckpointDir(directory.toString());
    ChannelSparseClassificationModel first = classifier.fit(rows);
    classifier.fit(rows.filter("id < 200"));
    assertThat(directory.toFile().list()).hasSize(2);

    ChannelSparseClassificationModel again = classifier.fit(rows);
    assertThat(again.compactModel()).isEqualTo(first.compactModel());
    assertThat(again.summary().epochs()).isEmpty();
    assertThat(again.summary().run()).isEqualTo(first.summary().run());
    assertThat(directory.toFile().list()).hasSize(2);
  }

  @Test
  void pipeline_namesAsLabels_comeBackAndSavedPipelinePredictsTheSame() {
    Dataset<Row> named =
        rows.withColumn(
            "name", functions.concat(functions.lit("kind "), functions.col("label").cast("int")));
    StringIndexer indexer =
        new StringIndexer()
            .setInputCol("name")
            .setOutputCol("index")
            .setStringOrderType("alphabetDesc");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  indexer,
                  SampleRows.classifier().setLabelCol("index"),
                  new IndexToString().setInputCol("prediction").setOutputCol("predicted")
                });
    PipelineModel model = pipeline.fit(named);
    ChannelSparseClassificationModel stage = (ChannelSparseClassificationModel) model.stages()[1];
    assertThat(stage.labels()).startsWith("kind 9", "kind 8").hasSize(10);
    List<Row> predicted =
        model.transform(named).select("id", "prediction", "predicted").collectAsList();
    assertThat(predicted)
        .hasSize(IMAGES)
        .allSatisfy(
            row -> assertThat(row.getString(2)).isEqualTo("kind " + (9 - (int) row.getDouble(1))));

    String path = directory.resolve("pipeline").toString();
    assertThat(pipeline.transformSchema(named.schema()).fieldNames()).contains("predicted");
    save(model, path);
    assertThat(
            PipelineModel.load(path)
                .transform(named)
                .select("id", "prediction", "predicted")
                .collectAsList())
        .isEqualTo(predicted);
  }

  private static void save(PipelineModel model, String path) {
    try {
      model.save(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void crossValidator_twoBudgetsInParallel_eachFoldIsTrainedAndTheBestRefitted() {
    ChannelSparseClassifier classifier = SampleRows.classifier();
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.budget(), JavaConverters.asScalaBuffer(List.of("0.2", "0.6")))
            .build();
    CrossValidatorModel validated =
        new CrossValidator()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("logLoss"))
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(1)
            .fit(rows);

    assertThat(DoubleStream.of(validated.avgMetrics()))
        .hasSize(2)
        .allMatch(loss -> loss > 0 && loss < 10);
    ChannelSparseClassificationModel best =
        (ChannelSparseClassificationModel) validated.bestModel();
    int chosen = validated.avgMetrics()[0] <= validated.avgMetrics()[1] ? 0 : 1;
    assertThat(best.compactModel()).isEqualTo(classifier.fit(rows, grid[chosen]).compactModel());
    assertThat(best.summary().flopsRatio()).isLessThanOrEqualTo(chosen == 0 ? 0.2 : 0.6);
  }

  @Test
  void trainValidationSplit_twoClasses_isJudgedByTheAreaUnderTheCurve() {
    ChannelSparseClassifier classifier = SampleRows.classifier().setMaxIter(3);
    TrainValidationSplitModel validated =
        new TrainValidationSplit()
            .setEstimator(classifier)
            .setEstimatorParamMaps(
                new ParamGridBuilder().addGrid(classifier.seed(), new long[] {1, 2}).build())
            .setEvaluator(new BinaryClassificationEvaluator())
            .setTrainRatio(0.7)
            .setSeed(3)
            .fit(rows.withColumn("label", functions.col("label").geq(5).cast("double")));
    assertThat(DoubleStream.of(validated.validationMetrics()))
        .hasSize(2)
        .allMatch(area -> area > 0.5);
  }

  @Test
  void save_estimator_comesBackWithItsParams() throws IOException {
    ChannelSparseClassifier classifier =
        SampleRows.classifier().setSeed(7).setThresholds(new double[] {0.5, 0.5});
    String path = directory.resolve("estimator").toString();
    classifier.save(path);

    ChannelSparseClassifier loaded = ChannelSparseClassifier.load(path);
    assertThat(loaded.uid()).isEqualTo(classifier.uid());
    for (Param<?> param : classifier.params()) {
      assertThat(loaded.isSet(loaded.getParam(param.name()))).isEqualTo(classifier.isSet(param));
    }
    assertThat(loaded.config()).isEqualTo(classifier.config());
    assertThat(loaded.getThresholds()).containsExactly(0.5, 0.5);
    assertThat(loaded.getSettings()).containsExactly(classifier.getSettings());
  }
}
