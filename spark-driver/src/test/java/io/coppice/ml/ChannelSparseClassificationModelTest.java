package io.coppice.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.model.CompactModel;
import io.coppice.model.Predictions;
import io.coppice.source.SourceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model in queries. */
class ChannelSparseClassificationModelTest {

  private static final int IMAGES = 240;

  private static SparkSession session;
  private static Dataset<Row> rows;
  private static ChannelSparseClassificationModel model;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException {
    session = SampleRows.session();
    rows = SampleRows.vectors(session, IMAGES).cache();
    model = SampleRows.classifier().setMaxIter(2).fit(rows);
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void transform_rows_areWhatTheCompactModelSaysInTheirOrderAndPartitions() throws IOException {
    Dataset<Row> predicted = model.transform(rows);
    assertThat(predicted.columns())
        .containsExactly("id", "label", "features", "rawPrediction", "probability", "prediction");
    assertThat(predicted.schema()).isEqualTo(model.transformSchema(rows.schema()));
    assertThat(predicted.rdd().getNumPartitions()).isEqualTo(rows.rdd().getNumPartitions());
    assertThat(AttributeGroup.fromStructField(predicted.schema().apply("probability")).size())
        .isEqualTo(10);
    List<Row> found = predicted.collectAsList();
    assertThat(found.stream().map(row -> row.getInt(0)))
        .containsExactlyElementsOf(
            rows.collectAsList().stream().map(row -> row.getInt(0)).toList());
    List<SourceImage.Readable> images = SampleRows.train(IMAGES);
    for (Row row : found) {
      Predictions expected = compact(images.get(row.getInt(0)).pixels());
      Vector raw = row.getAs("rawPrediction");
      Vector probability = row.getAs("probability");
      for (int label = 0; label < 10; label++) {
        assertThat(raw.apply(label)).isCloseTo(expected.logits(0)[label], within(1e-4));
        assertThat(probability.apply(label))
            .isCloseTo(expected.probabilities(0)[label], within(1e-5));
      }
      assertThat(row.<Double>getAs("prediction")).isEqualTo(probability.argmax());
    }
  }

  private static Predictions compact(byte[] pixels) {
    float[] floats = new float[pixels.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = pixels[i] & 0xff;
    }
    return model.compactModel().predict(floats);
  }

  @Test
  void predict_oneVector_asInTransform() {
    Row row = model.transform(rows).first();
    Vector features = row.getAs("features");
    Vector raw = row.getAs("rawPrediction");
    Vector probability = row.getAs("probability");
    assertThat(model.predict(features)).isEqualTo(row.<Double>getAs("prediction"));
    assertThat(model.predictRaw(features).toArray()).containsExactly(raw.toArray(), within(1e-4));
    assertThat(model.predictProbability(features).toArray())
        .containsExactly(probability.toArray(), within(1e-5));
    assertThat(model.numFeatures()).isEqualTo(784);
    assertThat(model.numClasses()).isEqualTo(10);
    assertThat(model.labels()).isEqualTo(CompactModel.numbered(10).toArray());
    assertThat(model).hasToString(model.toString()).asString().contains("resnet8", model.uid());
  }

  @Test
  void transform_otherKindsOfFeatures_predictTheSame() throws IOException {
    List<Row> expected = predictions(model, rows);
    assertThat(
            predictions(
                model.copy(new ParamMap()).setPixelMaximum(1),
                SampleRows.unitVectors(session, IMAGES)))
        .isEqualTo(expected);
    for (Dataset<Row> kind :
        List.of(
            SampleRows.files(session, IMAGES),
            SampleRows.structs(session, IMAGES),
            SampleRows.arrays(session, IMAGES))) {
      assertThat(predictions(model, kind)).isEqualTo(expected);
    }
  }

  private static List<Row> predictions(ChannelSparseClassificationModel by, Dataset<Row> of) {
    return by.transform(of).select("id", "probability", "prediction").orderBy("id").collectAsList();
  }

  @Test
  void transform_thresholds_decideAsSparkDoes() {
    double[] thresholds = {0.01, 0.5, 0.9, 0.2, 0.3, 0.1, 0.6, 0.05, 0.4, 0.7};
    ChannelSparseClassificationModel strict = model.copy(new ParamMap()).setThresholds(thresholds);
    List<Row> found = strict.transform(rows).select("probability", "prediction").collectAsList();
    assertThat(found)
        .allSatisfy(
            row ->
                assertThat(row.getDouble(1))
                    .isEqualTo(strict.probability2prediction(row.<Vector>getAs(0))));
    assertThat(found).anyMatch(row -> row.getDouble(1) != row.<Vector>getAs(0).argmax());
    thresholds[3] = 0;
    ChannelSparseClassificationModel always = model.copy(new ParamMap()).setThresholds(thresholds);
    assertThat(always.transform(rows).select("prediction").distinct().collectAsList())
        .extracting(row -> row.getDouble(0))
        .containsExactly(3.0);
    ParamMap two = new ParamMap().put(model.thresholds(), new double[] {1, 1});
    assertThatThrownBy(() -> model.transform(rows, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'thresholds' must be as many as classes, 10, found 2");
  }

  @Test
  void transform_someColumns_addsTheseAlone() {
    ChannelSparseClassificationModel few =
        model.copy(new ParamMap()).setRawPredictionCol("").setProbabilityCol("p");
    few.setPredictionCol("");
    assertThat(few.transform(rows).columns()).containsExactly("id", "label", "features", "p");
    few.setProbabilityCol("");
    assertThat(few.transform(rows).columns()).containsExactly("id", "label", "features");
    assertThatThrownBy(() -> model.transform(rows.withColumn("prediction", functions.lit(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Output column prediction already exists");
    assertThatThrownBy(() -> model.transform(rows.drop("features")))
        .hasMessageContaining("expected a column features (featuresCol), found id, label");
  }

  @Test
  void transform_badRows_failWithTheirPlaceOrAreSkipped() {
    Dataset<Row> gaps =
        rows.coalesce(1)
            .withColumn(
                "features",
                functions.when(functions.col("id").notEqual(5), functions.col("features")));
    assertThatThrownBy(() -> model.transform(gaps).count())
        .isInstanceOf(SparkException.class)
        .hasMessageContainingAll("of partition 0, column features: the image is null", "skip");
    ChannelSparseClassificationModel skipping = model.copy(new ParamMap()).setHandleInvalid("skip");
    assertThat(predictions(skipping, gaps))
        .isEqualTo(predictions(model, rows).stream().filter(row -> row.getInt(0) != 5).toList());
    Dataset<Row> none =
        rows.withColumn(
            "features", functions.when(functions.lit(false), functions.col("features")));
    assertThat(skipping.transform(none).count()).isZero();
    assertThat(model.transform(rows.filter("id < 0")).count()).isZero();
  }

  @Test
  void transform_limit_computesNoMoreThanABatchOfAPartition() {
    // Rows behind the first batch would fail.
    Dataset<Row> failing =
        rows.coalesce(1)
            .orderBy("id")
            .withColumn(
                "features", functions.when(functions.col("id").lt(128), functions.col("features")));
    assertThat(model.transform(failing.coalesce(1)).select("id").takeAsList(5)).hasSize(5);
    assertThatThrownBy(() -> model.transform(failing).count()).isInstanceOf(SparkException.class);
  }

  @Test
  void transform_stream_predictsWhatComes() throws Exception {
    Path input = directory.resolve("input");
    rows.filter("id < 100").write().parquet(input.toString());
    Dataset<Row> stream = session.readStream().schema(rows.schema()).parquet(input.toString());
    assertThat(model.transform(stream).isStreaming()).isTrue();
    StreamingQuery query =
        model
            .transform(stream)
            .select("id", "prediction")
            .writeStream()
            .format("memory")
            .queryName("predicted")
            .option("checkpointLocation", directory.resolve("checkpoint").toString())
            .start();
    try {
      query.processAllAvailable();
      rows.filter("id >= 100").write().mode("append").parquet(input.toString());
      query.processAllAvailable();
    } finally {
      query.stop();
    }
    assertThat(session.sql("SELECT id, prediction FROM predicted ORDER BY id").collectAsList())
        .isEqualTo(model.transform(rows).select("id", "prediction").orderBy("id").collectAsList());
  }

  @Test
  void transform_aThousandPartitions_nativeMemoryStaysFlat() throws IOException {
    Dataset<Row> many = rows.repartition(250);
    predict(many, 3);
    long before = nativeKib();
    predict(many, 4);
    long grown = nativeKib() - before;
    System.out.printf("native memory after 1000 predictors more: %+d KiB%n", grown);
    // One that is not closed keeps more than 300 KiB.
    assertThat(grown).isLessThan(150_000);
  }

  private static void predict(Dataset<Row> data, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(model.transform(data).select("prediction").count()).isEqualTo(IMAGES);
    }
  }

  /** What is resident beyond what the Java heap has. */
  private static long nativeKib() throws IOException {
    return residentKib() - Runtime.getRuntime().totalMemory() / 1024;
  }

  private static long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }

  @Test
  void save_model_comesBackWithParamsAndPredictsTheSame() throws IOException {
    ChannelSparseClassificationModel changed =
        model.copy(new ParamMap()).setPredictionCol("class").setHandleInvalid("skip");
    String path = directory.resolve("model").toString();
    changed.save(path);
    assertThat(directory.resolve("model/metadata")).isDirectory();
    assertThat(directory.resolve("model/model.safetensors")).isRegularFile();

    ChannelSparseClassificationModel loaded = ChannelSparseClassificationModel.load(path);
    assertThat(loaded.uid()).isEqualTo(model.uid());
    assertThat(loaded.compactModel()).isEqualTo(model.compactModel());
    assertThat(loaded.getPredictionCol()).isEqualTo("class");
    assertThat(loaded.getHandleInvalid()).isEqualTo("skip");
    assertThat(loaded.getPixelMaximum()).isEqualTo(255);
    assertThat(loaded.hasSummary()).isFalse();
    assertThatThrownBy(loaded::summary).hasMessageContaining("was read from a file");
    assertThat(loaded.transform(rows).collectAsList())
        .isEqualTo(changed.transform(rows).collectAsList());
    assertThatThrownBy(() -> changed.save(path)).isInstanceOf(IOException.class);
    changed.write().overwrite().save(path);

    Files.write(directory.resolve("model/model.safetensors"), new byte[] {1, 2, 3});
    Files.deleteIfExists(directory.resolve("model/.model.safetensors.crc"));
    assertThatThrownBy(() -> ChannelSparseClassificationModel.load(path))
        .hasMessageContaining("model.safetensors: the model cannot be read");
  }

  @Test
  void load_goldenModel_predictsAsItDid() {
    ChannelSparseClassificationModel golden =
        ChannelSparseClassificationModel.load(
            Path.of("src/test/resources/io/coppice/ml", GoldenModel.NAME).toString());
    assertThat(golden.uid()).isEqualTo(GoldenModel.UID);
    assertThat(golden.labels()).startsWith("kind 0", "kind 1").hasSize(10);
    assertThat(golden.getPredictionCol()).isEqualTo("class");
    assertThat(golden.getPixelMaximum()).isEqualTo(255);
    assertThat(GoldenModel.ofBlack(golden)).containsExactly(GoldenModel.OF_BLACK, within(1e-4));
  }
}
