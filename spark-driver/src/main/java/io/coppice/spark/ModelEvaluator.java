package io.coppice.spark;

import io.coppice.config.RunConfig.OnBadImage;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.model.ModelFile;
import io.coppice.shards.TestImages;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImages;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures models on the test images of a source, on executors: the same bits for any cluster, and
 * for files, rows or partitions in any order.
 */
public final class ModelEvaluator {

  private static final int SHOWN_CLASSES = 10;

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
   * @param onBadImage what an image that cannot be read leads to
   * @throws InvalidDataException if there are no test images for this model, or something is wrong
   *     with them
   * @throws ClusterLostException if the executors do not do their work
   * @throws IOException if the images cannot be read
   */
  public TestResult evaluate(CompactModel model, ImageSource source, OnBadImage onBadImage)
      throws IOException {
    return onTestImages(
        List.of(model),
        source,
        onBadImage,
        (ofSlices, unreadable) ->
            new TestResult(
                ofSlices
                    .map(ModelEvaluation.class::cast)
                    .reduce(ModelEvaluation::plus)
                    .orElseThrow(),
                unreadable));
  }

  /**
   * How two models do on the same images, all of which are read once; otherwise the same as {@link
   * #evaluate}.
   */
  public ModelComparison compare(
      CompactModel first, CompactModel second, ImageSource source, OnBadImage onBadImage)
      throws IOException {
    return onTestImages(
        List.of(first, second),
        source,
        onBadImage,
        (ofSlices, unreadable) ->
            ofSlices.map(ModelComparison.class::cast).reduce(ModelComparison::plus).orElseThrow());
  }

  /** Makes one result of those of all slices. */
  private interface Sum<T> {
    T of(Stream<Object> ofSlices, long unreadable);
  }

  private <T> T onTestImages(
      List<CompactModel> models, ImageSource source, OnBadImage onBadImage, Sum<T> sum)
      throws IOException {
    try (SparkJobs jobs = new SparkJobs(spark, 0, new StopRequest())) {
      jobs.belongTo("", models.get(0).network().name());
      SourceImages images;
      try (JobLabel label = jobs.label("looking at the data")) {
        images = source.open(spark, hadoop);
      }
      for (CompactModel model : models) {
        requireFitting(model, source.name(), images);
      }
      return onTestImages(models, source, images, onBadImage, sum, jobs);
    }
  }

  private <T> T onTestImages(
      List<CompactModel> models,
      ImageSource source,
      SourceImages images,
      OnBadImage onBadImage,
      Sum<T> sum,
      SparkJobs jobs)
      throws IOException {
    try (TestImages test =
        TestImages.read(
            spark,
            jobs,
            source.name(),
            images,
            onBadImage == OnBadImage.SKIP,
            models.get(0).labels())) {
      Broadcast<byte[][]> broadcast =
          spark.broadcast(models.stream().map(ModelFile::toBytes).toArray(byte[][]::new));
      try {
        Packing packing = new Packing();
        byte[][] ofSlices =
            jobs.run(
                "the evaluation",
                new EvaluationRdd(spark.sc(), test.onExecutors(), test.slices(), broadcast));
        return sum.of(Arrays.stream(ofSlices).map(packing::unpack), test.unreadable());
      } finally {
        broadcast.destroy();
      }
    }
  }

  private static void requireFitting(CompactModel model, String source, SourceImages images) {
    if (!images.shape().equals(model.network().inputShape())) {
      throw new InvalidDataException(
          source
              + ": the model is for images of "
              + model.network().inputShape()
              + ", found "
              + images.shape());
    }
    List<String> found = images.classes();
    boolean numbers = found.equals(CompactModel.numbered(found.size()));
    if (!numbers && !found.equals(model.labels())) {
      throw new InvalidDataException(
          source
              + ": expected the classes that the model tells apart, "
              + shown(model.labels())
              + ", found "
              + shown(found));
    }
  }

  private static String shown(List<String> classes) {
    return String.join(", ", classes.subList(0, Math.min(SHOWN_CLASSES, classes.size())))
        + (classes.size() > SHOWN_CLASSES
            ? " and " + (classes.size() - SHOWN_CLASSES) + " more"
            : "");
  }
}
