package io.coppice.shards;

import io.coppice.data.InvalidDataException;
import io.coppice.source.SourceImage;
import io.coppice.source.SourceImages;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/**
 * The test images of a source, for a model that is there already: read once and checked, in an
 * order that follows from the images alone.
 */
public final class TestImages implements AutoCloseable {

  private static final int IMAGES_OF_A_SLICE = 1024;
  private static final int MOST_SLICES = 1024;
  private static final int LEAST_BUCKETS = 16;
  private static final long SEED = 0;

  private final JavaSparkContext spark;
  private final OrderedImages ordered;
  private final BucketIndex index;
  private final ImageKind kind;
  private final long unreadable;

  private TestImages(JavaSparkContext spark, OrderedImages ordered, Survey survey, ImageKind kind) {
    this.spark = spark;
    this.ordered = ordered;
    this.index = new BucketIndex(ImageRole.TEST, survey.ofBucket());
    this.kind = kind;
    this.unreadable = survey.count(Problem.Kind.UNREADABLE);
  }

  /**
   * Reads them once.
   *
   * @param jobs runs what that takes
   * @param source what they are called in messages
   * @param skipUnreadable whether images that cannot be read are passed over
   * @param classes of the model, in the order of their labels
   * @throws InvalidDataException if anything is wrong with them
   * @throws IOException if they cannot be read
   */
  public static TestImages read(
      JavaSparkContext spark,
      JobStarter jobs,
      String source,
      SourceImages images,
      boolean skipUnreadable,
      List<String> classes)
      throws IOException {
    RDD<SourceImage> toTestBy = images.test();
    if (toTestBy == null) {
      throw new InvalidDataException(
          source
              + ": expected images to test by, found none that are set apart for it; data.testShare splits some off");
    }
    OrderedImages ordered = RunImages.ordered(images, toTestBy, SEED, LEAST_BUCKETS);
    boolean whole = false;
    try {
      Survey survey = RunImages.survey(spark, jobs, "test images", images.shape(), ordered);
      new DataReading(source, images, skipUnreadable).requireTest(survey, classes);
      whole = true;
      return new TestImages(
          spark, ordered, survey, new ImageKind(images.shape(), classes.size(), images.fit()));
    } finally {
      if (!whole) {
        ordered.close(spark.sc());
      }
    }
  }

  /** Images that were passed over. */
  public long unreadable() {
    return unreadable;
  }

  /** All of them in slices of nearly equal size, as many as follow from the images alone. */
  public List<ImageRange> slices() {
    long wanted = (index.images() + IMAGES_OF_A_SLICE - 1) / IMAGES_OF_A_SLICE;
    return RunImages.slices(index, 0, index.images(), (int) Math.min(MOST_SLICES, wanted));
  }

  /** The images as tasks reach them. */
  public ExecutorImages onExecutors() {
    return new ExecutorImages(Map.of(ImageRole.TEST, ordered), kind);
  }

  /** Has the executors remove what they keep on their disks. */
  @Override
  public void close() {
    ordered.close(spark.sc());
  }
}
