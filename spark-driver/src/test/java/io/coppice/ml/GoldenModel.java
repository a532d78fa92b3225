package io.coppice.ml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Writes the golden saved model of the newest form, which later versions must be able to read: run
 * it once, when what a saved model holds changes, with the directory {@code
 * src/test/resources/io/coppice/ml} as its argument, copy the numbers that it prints, and keep
 * those of older versions.
 */
final class GoldenModel {

  static final String NAME = "golden-model-1";
  static final String UID = "golden";

  /** What it says of a black image. */
  static final double[] OF_BLACK = {
    0.21696158966751852,
    0.06325084371759863,
    0.05048151640143641,
    0.10847482913553831,
    0.12327028280424755,
    0.07116547261350473,
    0.09159709306491236,
    0.11939277457324417,
    0.12652477941843754,
    0.028880818603561897
  };

  private GoldenModel() {}

  static double[] ofBlack(ChannelSparseClassificationModel model) {
    return model.predictProbability(Vectors.dense(new double[model.numFeatures()])).toArray();
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession session =
        SparkSession.builder().master("local[2]").appName("golden").getOrCreate()) {
      Dataset<Row> rows =
          SampleRows.vectors(session, 240)
              .withColumn(
                  "name",
                  functions.concat(functions.lit("kind "), functions.col("label").cast("int")));
      Dataset<Row> indexed =
          new StringIndexer()
              .setInputCol("name")
              .setOutputCol("index")
              .setStringOrderType("alphabetAsc")
              .fit(rows)
              .transform(rows);
      ChannelSparseClassifier classifier = new ChannelSparseClassifier(UID);
      SampleRows.set(classifier);
      ChannelSparseClassificationModel model =
          classifier.setLabelCol("index").setPredictionCol("class").fit(indexed);
      model.save(Path.of(arguments[0], NAME).toUri().toString());
      System.out.println(Arrays.toString(ofBlack(model)));
    }
  }
}
