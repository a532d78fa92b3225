package io.coppice.spark;

import io.coppice.plan.ClusterDescription;
import io.coppice.plan.Link;
import io.coppice.plan.MemoryNeed;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Describes the executors of a Spark that runs, as a plan wants it. */
public final class ExecutorsAtHand {

  /** Within a JVM nothing is sent. */
  private static final double NO_NETWORK_GIGABITS = 1e6;

  private static final int MIB_BITS = 20;

  private ExecutorsAtHand() {}

  /** Those that are there now, or the driver itself in local mode. */
  public static ClusterDescription describe(JavaSparkContext spark, RunSetup setup) {
    SparkConf conf = spark.getConf();
    if (spark.isLocal()) {
      int cores = spark.sc().defaultParallelism();
      // Nobody bounds what a local JVM takes outside its heap.
      int batch = setup.config().training().batchSize() / setup.config().distribution().shards();
      long overhead =
          MemoryNeed.overheadMiB(setup.network(), batch, setup.precision(), cores) << MIB_BITS;
      return new ClusterDescription(
          1, cores, Runtime.getRuntime().maxMemory() + overhead, NO_NETWORK_GIGABITS);
    }
    int executors = Math.max(1, ExecutorSurvey.executors(spark.sc()).size());
    int cores =
        conf.getInt(
            "spark.executor.cores", Math.max(1, spark.sc().defaultParallelism() / executors));
    long memory = conf.getSizeAsMb("spark.executor.memory", "1g") + ExecutorMemory.granted(conf);
    return new ClusterDescription(executors, cores, memory << MIB_BITS, Link.ASSUMED_GIGABITS);
  }
}
