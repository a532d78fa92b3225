package io.coppice.spark;

import io.coppice.reduction.SlicedNumbers;
import io.coppice.reduction.Slicing;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardSummation;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Product2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * The shards' steps of a round whose sums are added up on the executors: every task of a {@link
 * TaskRdd} gives its sums in slices, and what it tells besides.
 */
final class ShardSlicesRdd extends RDD<Product2<Object, byte[]>> {

  private static final long serialVersionUID = 1L;

  private final TaskRdd<RoundWork, ShardOutcome> steps;
  private final Slicing slicing;

  ShardSlicesRdd(TaskRdd<RoundWork, ShardOutcome> steps, Slicing slicing) {
    super(
        steps.context(),
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of(new OneToOneDependency<>(steps)))
            .toSeq(),
        ClassTag$.MODULE$.apply(Product2.class));
    this.steps = steps;
    this.slicing = slicing;
  }

  @Override
  public Partition[] getPartitions() {
    return steps.partitions();
  }

  @Override
  public Iterator<Product2<Object, byte[]>> compute(Partition split, TaskContext context) {
    return JavaConverters.asScalaIterator(
        steps.inTask(
            split,
            context,
            (run, worker, work, outcome) ->
                new SlicedNumbers(
                    slicing,
                    split.index(),
                    new ShardSummation(worker.networks(), work.masks())
                        .values(split.index(), outcome.sums()),
                    TaskRdd.pack(run, worker, outcome.result()))));
  }
}
