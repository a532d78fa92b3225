package io.coppice.spark;

import io.coppice.onednn.KernelContext;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * A job's tasks, one a partition. A class of its own and named functions instead of {@code map} and
 * lambdas, because Spark looks into the byte code of every lambda of every job: half of what an
 * empty round costs its driver.
 */
final class TaskRdd<W, R> extends RDD<TaskReply> {

  private static final long serialVersionUID = 1L;

  private static final Seq<Dependency<?>> NO_DEPENDENCIES =
      JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq();

  private final int tasks;
  private final TaskSettings settings;
  private final Exchange<W, R> exchange;
  private final Task<W, R> task;

  /** What one task does, on an executor. */
  interface Task<W, R> extends Serializable {
    R run(TaskWorker worker, W work, int index);
  }

  TaskRdd(
      SparkContext spark,
      int tasks,
      TaskSettings settings,
      Exchange<W, R> exchange,
      Task<W, R> task) {
    super(spark, NO_DEPENDENCIES, ClassTag$.MODULE$.apply(TaskReply.class));
    this.tasks = tasks;
    this.settings = settings;
    this.exchange = exchange;
    this.task = task;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks).mapToObj(TaskPartition::new).toArray(Partition[]::new);
  }

  @Override
  public Iterator<TaskReply> compute(Partition split, TaskContext context) {
    return Iterator$.MODULE$.single(
        TaskWorkers.with(
            settings,
            worker -> {
              R result = task.run(worker, exchange.work(), split.index());
              return new TaskReply(
                  exchange.send(result, context.taskAttemptId()),
                  worker.name(),
                  KernelContext.instructionSet());
            }));
  }

  /** Begins the job; its result are the replies in the order of the tasks. */
  SimpleFutureAction<TaskReply[]> submit() {
    TaskReply[] replies = new TaskReply[tasks];
    List<Object> all = IntStream.range(0, tasks).<Object>mapToObj(i -> i).toList();
    return context()
        .submitJob(
            this,
            new OnlyReply(),
            JavaConverters.asScalaBuffer(all).toSeq(),
            new AbstractFunction2<Object, TaskReply, BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object index, TaskReply reply) {
                replies[(Integer) index] = reply;
                return BoxedUnit.UNIT;
              }
            },
            new AbstractFunction0<TaskReply[]>() {
              @Override
              public TaskReply[] apply() {
                return replies;
              }
            });
  }

  /** A partition's reply. */
  private static final class OnlyReply extends AbstractFunction1<Iterator<TaskReply>, TaskReply>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public TaskReply apply(Iterator<TaskReply> replies) {
      return replies.next();
    }
  }
}
