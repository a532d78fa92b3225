package io.coppice.shards;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImage;
import io.coppice.source.SourceImages;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * The images of a run, of which the driver knows numbers alone. Reading them once puts them in the
 * order of their {@link ContentKey}s on the executors; the first of the training images are held
 * back, the others are cut in shards of equal size. All of that follows from the images and the
 * seed, whatever the order, the files and the partitions that they came in.
 */
public final class RunImages implements AutoCloseable {

  private static final int BUCKETS_OF_A_SHARD = 4;
  private static final int BUCKETS_OF_A_PART = 2;
  private static final int MOST_BUCKETS = 1 << 13;
  private static final int SURVEY_TASKS_OF_A_CORE = 2;

  private final JavaSparkContext spark;
  private final Division division;
  private final OrderedImages train;
  private final @Nullable OrderedImages test;
  private final BucketIndex trainIndex;
  private final BucketIndex testIndex;
  private final DataSummary summary;
  private final ImageKind kind;

  /**
   * How a run divides its images.
   *
   * @param seed of the run
   * @param shards number of shards, at least 1
   * @param heldBack share of the training images to hold back, in [0, 1)
   * @param skipUnreadable whether images that cannot be read are passed over
   */
  public record Division(long seed, int shards, double heldBack, boolean skipUnreadable) {}

  private RunImages(
      JavaSparkContext spark,
      Division division,
      OrderedImages train,
      @Nullable OrderedImages test,
      BucketIndex trainIndex,
      BucketIndex testIndex,
      DataSummary summary,
      ImageKind kind) {
    this.spark = spark;
    this.division = division;
    this.train = train;
    this.test = test;
    this.trainIndex = trainIndex;
    this.testIndex = testIndex;
    this.summary = summary;
    this.kind = kind;
  }

  /**
   * Reads all images once.
   *
   * @param jobs runs what that takes
   * @param hadoop for file systems
   * @throws InvalidDataException if they are not what they should be
   * @throws IOException if they cannot be read
   */
  public static RunImages read(
      JavaSparkContext spark,
      JobStarter jobs,
      ImageSource source,
      Configuration hadoop,
      Division division)
      throws IOException {
    SourceImages images = source.open(spark, hadoop);
    OrderedImages train = ordered(images, images.train(), division);
    OrderedImages test = images.test() == null ? null : ordered(images, images.test(), division);
    boolean whole = false;
    try {
      DataReading reading = new DataReading(source.name(), images, division.skipUnreadable());
      Survey ofTrain = survey(spark, jobs, "training images", images.shape(), train);
      Survey ofTest =
          test == null
              ? new Survey(images.shape(), 0)
              : survey(spark, jobs, "test images", images.shape(), test);
      DataSummary summary = reading.summary(ofTrain, ofTest);
      BucketIndex trainIndex = new BucketIndex(ImageRole.TRAIN, ofTrain.ofBucket());
      BucketIndex testIndex = new BucketIndex(ImageRole.TEST, ofTest.ofBucket());
      requireShards(summary, division);
      whole = true;
      return new RunImages(
          spark,
          division,
          train,
          test,
          trainIndex,
          testIndex,
          summary,
          new ImageKind(images.shape(), summary.classes().size(), images.fit()));
    } finally {
      if (!whole) {
        close(spark, train, test);
      }
    }
  }

  private static void close(
      JavaSparkContext spark, OrderedImages train, @Nullable OrderedImages test) {
    train.close(spark.sc());
    if (test != null) {
      test.close(spark.sc());
    }
  }

  private static void requireShards(DataSummary summary, Division division) {
    if (summary.smallestShard(division.heldBack(), division.shards()) < 1) {
      throw new InvalidDataException(
          summary.source()
              + ": "
              + division.shards()
              + " shards need at least as many training images, found "
              + (summary.train().images() - summary.heldBack(division.heldBack())));
    }
  }

  private static OrderedImages ordered(
      SourceImages images, RDD<SourceImage> source, Division division) {
    return ordered(images, source, division.seed(), BUCKETS_OF_A_SHARD * division.shards());
  }

  static OrderedImages ordered(
      SourceImages images, RDD<SourceImage> source, long seed, int leastBuckets) {
    int wanted = Math.max(leastBuckets, BUCKETS_OF_A_PART * source.getNumPartitions());
    int buckets = Math.min(MOST_BUCKETS, Integer.highestOneBit(Math.max(1, wanted - 1)) << 1);
    return new OrderedImages(source, images.shape(), images.fit() != null, seed, buckets);
  }

  static Survey survey(
      JavaSparkContext spark, JobStarter jobs, String what, Shape shape, OrderedImages images) {
    int tasks =
        Math.min(
            images.buckets() + 1, SURVEY_TASKS_OF_A_CORE * Math.max(1, spark.defaultParallelism()));
    Survey all = new Survey(shape, images.buckets());
    byte[][] parts =
        jobs.run("reading the " + what, new SurveyRdd(spark.sc(), images, shape, tasks));
    Arrays.stream(parts).forEach(part -> all.add(Survey.ofBytes(shape, part)));
    return all;
  }

  /** What they came to. */
  public DataSummary summary() {
    return summary;
  }

  /** Number of shards. */
  public int shards() {
    return division.shards();
  }

  /** The images of each shard. */
  public List<ImageRange> ofShards() {
    long first = summary.heldBack(division.heldBack());
    return slices(trainIndex, first, trainIndex.images(), division.shards());
  }

  /** The images held back, in slices of nearly equal size. */
  public List<ImageRange> heldBack(int slices) {
    return slices(trainIndex, 0, summary.heldBack(division.heldBack()), slices);
  }

  /** The test images, in slices of nearly equal size; empty ones where there are none. */
  public List<ImageRange> test(int slices) {
    return slices(testIndex, 0, testIndex.images(), slices);
  }

  static List<ImageRange> slices(BucketIndex index, long from, long to, int slices) {
    return IntStream.range(0, slices)
        .mapToObj(
            slice ->
                index.range(
                    from + (to - from) * slice / slices, from + (to - from) * (slice + 1) / slices))
        .toList();
  }

  /** The images as tasks reach them. */
  public ExecutorImages onExecutors() {
    return new ExecutorImages(
        test == null
            ? Map.of(ImageRole.TRAIN, train)
            : Map.of(ImageRole.TRAIN, train, ImageRole.TEST, test),
        kind);
  }

  /** Has the executors remove what they keep on their disks. */
  @Override
  public void close() {
    close(spark, train, test);
  }
}
