package io.coppice.shards;

import io.coppice.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Product2;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** Looks at all images once; each task gives the packed {@link Survey} of some buckets. */
final class SurveyRdd extends RDD<byte[]> {

  private static final long serialVersionUID = 1L;

  private final OrderedImages images;
  private final Shape shape;
  private final int tasks;

  SurveyRdd(SparkContext spark, OrderedImages images, Shape shape, int tasks) {
    super(
        spark,
        JavaConverters.asScalaBuffer(
                List.<Dependency<?>>of(images.dependency(ImageRole.TRAIN, ranges(images, tasks))))
            .toSeq(),
        ClassTag$.MODULE$.apply(byte[].class));
    this.images = images;
    this.shape = shape;
    this.tasks = tasks;
  }

  private static List<List<ImageRange>> ranges(OrderedImages images, int tasks) {
    List<List<ImageRange>> ranges = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      ranges.add(
          List.of(
              new ImageRange(
                  ImageRole.TRAIN,
                  first(images, task, tasks),
                  first(images, task + 1, tasks) - 1,
                  0,
                  0)));
    }
    return ranges;
  }

  /** The bucket that a task begins with; the one of problems is the last of all. */
  private static int first(OrderedImages images, int task, int tasks) {
    return (int) ((long) (images.buckets() + 1) * task / tasks);
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks).mapToObj(Bucket::new).toArray(Partition[]::new);
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    Survey survey = new Survey(shape, images.buckets());
    int end = first(images, split.index() + 1, tasks);
    for (int bucket = first(images, split.index(), tasks); bucket < end; bucket++) {
      java.util.Iterator<Product2<byte[], byte[]>> rows = images.read(bucket, bucket, context);
      while (rows.hasNext()) {
        Product2<byte[], byte[]> row = rows.next();
        survey.add(bucket, row._1(), row._2());
      }
    }
    return Iterator$.MODULE$.single(survey.toBytes());
  }
}
