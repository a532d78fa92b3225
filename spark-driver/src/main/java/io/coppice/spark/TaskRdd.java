package io.coppice.spark;

import io.coppice.onednn.KernelContext;
import io.coppice.onednn.KernelThreads;
import java.io.Serializable;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * Tasks that do some work, each with a worker of its own; each gives a packed {@link TaskReply}.
 */
final class TaskRdd<W, R> extends JobRdd {

  private static final long serialVersionUID = 1L;

  private final TaskSettings settings;
  private final boolean local;
  private final Handout<W> work;
  private final Task<W, R> task;

  /** What one task does, on an executor. */
  interface Task<W, R> extends Serializable {
    R run(TaskWorker worker, W work, int index);
  }

  TaskRdd(SparkContext spark, int tasks, TaskSettings settings, Handout<W> work, Task<W, R> task) {
    super(spark, tasks);
    this.settings = settings;
    this.local = spark.isLocal();
    this.work = work;
    this.task = task;
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    QuietLogging.ofExecutor();
    LiveRuns runs = LiveRuns.ofThisJvm();
    RunInJvm run = local ? runs.find(settings.runId()) : runs.obtain(settings.runId());
    try (KernelThreads threads = KernelThreads.ofThisThread(settings.threads())) {
      return Iterator$.MODULE$.single(
          run.with(settings, worker -> reply(run, worker, split, context)));
    }
  }

  private byte[] reply(RunInJvm run, TaskWorker worker, Partition split, TaskContext context) {
    Object result = task.run(worker, work.value(run), split.index());
    if (local) {
      run.localObjects().putResult(work.key(), context.taskAttemptId(), result);
      result = context.taskAttemptId();
    }
    return run.packing().pack(new TaskReply(result, worker.name(), KernelContext.instructionSet()));
  }
}
