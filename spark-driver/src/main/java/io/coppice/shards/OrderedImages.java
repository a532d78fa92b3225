package io.coppice.shards;

import io.coppice.network.Shape;
import io.coppice.source.SourceImage;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import scala.Product2;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A set of images in the order of their {@link ContentKey}s, whatever the order and the partitions
 * of its source: Spark sorts it into buckets on the executors' disks, and makes again what is lost.
 */
final class OrderedImages implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private final ShuffledRDD<byte[], byte[], byte[]> rdd;
  private final int shuffle;
  private final int buckets;

  /**
   * @param shape of every image
   * @param decodable whether image files may be kept instead of their pixels
   * @param buckets of the order; problems come in one more
   */
  OrderedImages(RDD<SourceImage> source, Shape shape, boolean decodable, long seed, int buckets) {
    this.buckets = buckets;
    this.rdd =
        new ShuffledRDD<byte[], byte[], byte[]>(
                new KeyedImagesRdd(source, shape, decodable, seed),
                new ContentPartitioner(buckets),
                BYTES,
                BYTES,
                BYTES)
            .setKeyOrdering(new ContentOrdering())
            .setSerializer(
                new KryoSerializer(
                    new SparkConf(false)
                        .set("spark.kryo.registrationRequired", "true")
                        .set("spark.kryoserializer.buffer.max", "2047m")));
    this.shuffle =
        ((org.apache.spark.ShuffleDependency<?, ?, ?>) rdd.dependencies().head()).shuffleId();
  }

  /** Number of buckets with images; the one after them holds problems. */
  int buckets() {
    return buckets;
  }

  /** The dependency of tasks on the buckets that they read. */
  BucketDependency dependency(ImageRole role, List<List<ImageRange>> rangesOfTasks) {
    return new BucketDependency(rows(), role, rangesOfTasks);
  }

  /**
   * Keys and {@link ImageRecord}s, or problems, of consecutive buckets in their order, for a task.
   */
  Iterator<Product2<byte[], byte[]>> read(int firstBucket, int lastBucket, TaskContext context) {
    return new Iterator<>() {
      private Iterator<Product2<byte[], byte[]>> current = Collections.emptyIterator();
      private int bucket = firstBucket;

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && bucket <= lastBucket) {
          current = JavaConverters.asJavaIterator(rows().iterator(new Bucket(bucket++), context));
        }
        return current.hasNext();
      }

      @Override
      public Product2<byte[], byte[]> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return current.next();
      }
    };
  }

  @SuppressWarnings("unchecked") // pairs are products
  private RDD<Product2<byte[], byte[]>> rows() {
    return (RDD<Product2<byte[], byte[]>>) (RDD<?>) (RDD<Tuple2<byte[], byte[]>>) rdd;
  }

  /** Has the executors remove what they keep of it. */
  void close(SparkContext spark) {
    if (!spark.isStopped() && spark.cleaner().isDefined()) {
      spark.cleaner().get().doCleanupShuffle(shuffle, false);
    }
  }
}
