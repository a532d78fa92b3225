package io.coppice.shards;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.NarrowDependency;
import org.apache.spark.rdd.RDD;
import scala.Product2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Tasks that read some buckets each. */
final class BucketDependency extends NarrowDependency<Product2<byte[], byte[]>> {

  private static final long serialVersionUID = 1L;

  private final ImageRole role;

  /** Known to the driver alone, which asks for parents. */
  private final transient List<List<ImageRange>> rangesOfTasks;

  BucketDependency(
      RDD<Product2<byte[], byte[]>> buckets, ImageRole role, List<List<ImageRange>> rangesOfTasks) {
    super(buckets);
    this.role = role;
    this.rangesOfTasks = rangesOfTasks;
  }

  @Override
  public Seq<Object> getParents(int task) {
    Stream<Object> buckets =
        rangesOfTasks.get(task).stream()
            .filter(range -> range.role() == role)
            .flatMap(
                range ->
                    IntStream.rangeClosed(range.firstBucket(), range.lastBucket())
                        .<Object>mapToObj(bucket -> bucket))
            .distinct();
    return JavaConverters.asScalaBuffer(buckets.toList()).toSeq();
  }
}
