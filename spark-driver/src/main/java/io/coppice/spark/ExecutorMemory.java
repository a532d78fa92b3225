package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.plan.MemoryNeed;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * Whether executors may use as much memory outside their heap as training needs. Spark's default is
 * a tenth of the heap, and YARN and Kubernetes kill what uses more; a standalone master does not
 * look.
 */
final class ExecutorMemory {

  private static final long LEAST_OVERHEAD_MIB = 384;
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String KUBERNETES_FACTOR = "spark.kubernetes.memoryOverheadFactor";

  private ExecutorMemory() {}

  /**
   * Requires it where the cluster's manager enforces it.
   *
   * @throws ConfigException with the setting that would do
   */
  static void require(SparkConf conf, RunSetup setup) {
    String master = conf.get("spark.master");
    if (!master.startsWith("yarn") && !master.startsWith("k8s")) {
      return;
    }
    int tasks =
        Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
    int batch = setup.config().training().batchSize() / setup.config().distribution().shards();
    long ofTask = MemoryNeed.ofTaskMiB(setup.network(), batch, setup.precision());
    long needed = MemoryNeed.overheadMiB(setup.network(), batch, setup.precision(), tasks);
    long granted = granted(conf);
    if (granted < needed) {
      throw new ConfigException(
          "configuration and executors",
          List.of(
              "training keeps its tensors outside the Java heap: "
                  + tasks
                  + (tasks == 1 ? " task" : " tasks at once")
                  + " of an executor need "
                  + ofTask
                  + " MiB each, and its JVM "
                  + MemoryNeed.JVM_MIB
                  + " MiB, but "
                  + OVERHEAD
                  + " is "
                  + granted
                  + " MiB; say --conf "
                  + OVERHEAD
                  + "="
                  + needed
                  + "m"));
    }
  }

  /** MiB that an executor is granted outside its heap. */
  static long granted(SparkConf conf) {
    if (conf.contains(OVERHEAD)) {
      return conf.getSizeAsMb(OVERHEAD);
    }
    double factor = conf.getDouble(FACTOR, conf.getDouble(KUBERNETES_FACTOR, 0.1));
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    return Math.max(LEAST_OVERHEAD_MIB, (long) (factor * heap));
  }
}
