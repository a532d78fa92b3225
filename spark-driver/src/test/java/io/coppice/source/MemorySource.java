package io.coppice.source;

import io.coppice.network.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * Images that a test made or chose.
 *
 * @param partitions that they come in
 */
public record MemorySource(
    Shape shape,
    List<String> classes,
    List<SourceImage> train,
    List<SourceImage> test,
    int partitions)
    implements ImageSource {

  @Override
  public String name() {
    return "images of a test";
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) {
    return new SourceImages(shape, classes, images(spark, train), images(spark, test));
  }

  private RDD<SourceImage> images(JavaSparkContext spark, List<SourceImage> images) {
    return new MemoryRdd(
        spark.sc(),
        IntStream.range(0, partitions)
            .mapToObj(
                partition ->
                    IntStream.range(0, images.size())
                        .filter(image -> image % partitions == partition)
                        .mapToObj(images::get)
                        .toList())
            .toList());
  }

  private record MemoryPartition(int index, List<SourceImage> images) implements Partition {}

  private static final class MemoryRdd extends RDD<SourceImage> {
    private static final long serialVersionUID = 1L;

    private final transient List<List<SourceImage>> images;

    MemoryRdd(SparkContext spark, List<List<SourceImage>> images) {
      super(
          spark,
          JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
          ClassTag$.MODULE$.apply(SourceImage.class));
      this.images = images;
    }

    @Override
    public Partition[] getPartitions() {
      return IntStream.range(0, images.size())
          .mapToObj(index -> new MemoryPartition(index, images.get(index)))
          .toArray(Partition[]::new);
    }

    @Override
    public Iterator<SourceImage> compute(Partition split, TaskContext context) {
      return JavaConverters.asScalaIterator(((MemoryPartition) split).images().iterator());
    }
  }
}
