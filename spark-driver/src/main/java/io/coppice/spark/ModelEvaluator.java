package io.coppice.spark;

import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelEvaluation;
import io.coppice.model.ModelFile;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Measures models on the test images of a source, on executors. */
public final class ModelEvaluator {

  private final JavaSparkContext spark;
  private final Configuration hadoop;

  /**
   * @param hadoop for file systems
   */
  public ModelEvaluator(JavaSparkContext spark, Configuration hadoop) {
    this.spark = spark;
    this.hadoop = hadoop;
  }

  /**
   * How a model does.
   *
   * @throws InvalidDataException if there are no test images for this model
   * @throws ClusterLostException if the executors do not do their work
   * @throws IOException if the images cannot be read
   */
  public ModelEvaluation evaluate(CompactModel model, ImageSource source) throws IOException {
    SourceImages images = source.open(spark, hadoop);
    if (!images.shape().equals(model.network().inputShape())) {
      throw new InvalidDataException(
          source.name()
              + ": the model is for images of "
              + model.network().inputShape()
              + ", found "
              + images.shape());
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    ModelFile.write(model, packed);
    Broadcast<byte[]> broadcast = spark.broadcast(packed.toByteArray());
    try (SparkJobs jobs = new SparkJobs(spark, 0, new StopRequest())) {
      int classes = model.network().classes();
      EvaluatedPart all = EvaluatedPart.none(classes);
      Packing packing = new Packing();
      for (byte[] part :
          jobs.run(
              "the evaluation", new EvaluationRdd(spark.sc(), images.test(), broadcast, classes))) {
        all = all.plus((EvaluatedPart) packing.unpack(part));
      }
      return all.evaluation(source.name(), model.labels());
    } finally {
      broadcast.destroy();
    }
  }
}
