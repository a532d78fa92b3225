package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.KernelThreads;
import io.coppice.shards.ExecutorImages;
import io.coppice.shards.ImageRange;
import io.coppice.shards.ImageStore;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.storage.BlockManagerId;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Tasks that do some work on images, each with a worker of its own; each gives a packed {@link
 * TaskReply}.
 */
final class TaskRdd<W, R> extends JobRdd {

  private static final long serialVersionUID = 1L;

  private final TaskSettings settings;
  private final boolean local;
  private final Handout<W> work;
  private final Task<W, R> task;
  private final @Nullable ExecutorImages images;
  private final transient List<List<ImageRange>> imagesOfTasks;
  private final transient List<String> preferred;

  /** What one task does, on an executor. */
  interface Task<W, R> extends Serializable {

    /**
     * Does it.
     *
     * @param index number of the task
     * @param images that it was to read
     */
    R run(TaskWorker worker, W work, int index, List<ImageSet> images);
  }

  /**
   * @param images of the run
   * @param resident whether all images that the tasks read are in their JVM and stay there: Spark
   *     then need not know where they came from, which spares every round a stage to skip
   * @param imagesOfTasks the images that each task reads
   * @param preferred where each task should run, as Spark writes the location of an executor's
   *     cache; empty: anywhere
   */
  TaskRdd(
      SparkContext spark,
      TaskSettings settings,
      Handout<W> work,
      Task<W, R> task,
      ExecutorImages images,
      boolean resident,
      List<List<ImageRange>> imagesOfTasks,
      List<String> preferred) {
    super(spark, resident ? List.of() : images.dependencies(imagesOfTasks));
    this.settings = settings;
    this.local = spark.isLocal();
    this.work = work;
    this.task = task;
    this.images = resident ? null : images;
    this.imagesOfTasks = imagesOfTasks;
    this.preferred = preferred;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, imagesOfTasks.size())
        .mapToObj(index -> new TaskPartition(index, imagesOfTasks.get(index)))
        .toArray(Partition[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    String executor = preferred.get(split.index());
    return JavaConverters.asScalaBuffer(executor.isEmpty() ? List.<String>of() : List.of(executor))
        .toSeq();
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    return Iterator$.MODULE$.single(inTask(split, context, this::packed));
  }

  /** What becomes of a task's result while its worker is still at hand. */
  interface Use<W, R, T> {
    T apply(RunInJvm run, TaskWorker worker, W work, R result);
  }

  /** Does a task, and something with its result. */
  <T> T inTask(Partition split, TaskContext context, Use<W, R, T> use) {
    QuietLogging.ofExecutor();
    LiveRuns runs = LiveRuns.ofThisJvm();
    RunInJvm run = local ? runs.find(settings.runId()) : runs.obtain(settings.runId());
    try (KernelThreads threads = KernelThreads.ofThisThread(settings.threads())) {
      return run.with(
          settings,
          worker -> {
            W value = work.value(run);
            List<ImageSet> read = images(run, split, context);
            return use.apply(run, worker, value, task.run(worker, value, split.index(), read));
          });
    }
  }

  private ImageSet read(ImageRange range, RunInJvm run, TaskContext context) {
    ImageStore store = run.images(settings.imageMemory());
    return images == null ? store.get(range) : images.get(range, store, context);
  }

  private List<ImageSet> images(RunInJvm run, Partition split, TaskContext context) {
    return ((TaskPartition) split)
        .images().stream().map(range -> read(range, run, context)).toList();
  }

  private byte[] packed(RunInJvm run, TaskWorker worker, W value, R result) {
    if (local) {
      long attempt = TaskContext.get().taskAttemptId();
      run.localObjects().putResult(work.key(), attempt, result);
      return pack(run, worker, attempt);
    }
    return pack(run, worker, result);
  }

  /** What a task tells the driver. */
  static byte[] pack(RunInJvm run, TaskWorker worker, Object result) {
    BlockManagerId executor = SparkEnv.get().blockManager().blockManagerId();
    return run.packing()
        .pack(
            new TaskReply(
                result,
                worker.name(),
                Placement.location(executor.host(), executor.executorId()),
                KernelContext.instructionSet()));
  }
}
