package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.config.Redaction;
import io.coppice.config.RunConfig;
import java.util.List;
import org.apache.spark.SparkConf;

/** The settings of Spark that a run needs, and those that suit it where the user said nothing. */
public final class SparkSettings {

  private SparkSettings() {}

  /**
   * Adds them to what the user (or spark-submit) set.
   *
   * @throws ConfigException if tasks would run in this JVM with another number of threads than the
   *     configuration's
   */
  public static SparkConf apply(SparkConf conf, RunConfig config) {
    int threads = config.distribution().threadsPerTask();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "coppice " + config.network().name());
    conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.set("spark.kryo.registrator", CoppiceKryoRegistrator.class.getName());
    conf.set("spark.kryo.registrationRequired", "true");
    conf.set("spark.executorEnv." + TaskWorkers.THREADS_VARIABLE, String.valueOf(threads));
    // Floats do not compress, and a weight of VGG-16 must fit Kryo's buffer.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "1g");
    conf.setIfMissing("spark.broadcast.compress", "false");
    // Weights are sent in every round: a block costs three calls to the driver, and hashing it, as
    // results are not either, costs time at both ends.
    conf.setIfMissing("spark.broadcast.blockSize", "16m");
    conf.setIfMissing("spark.broadcast.checksum", "false");
    setCollector(conf);
    // Spark's own pattern lacks keys of Azure, of Google and of encryption.
    conf.setIfMissing("spark.redaction.regex", Redaction.SECRET_NAMES);
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // Any executor is as good for a shard as another: waiting for a preferred one only idles cores.
    conf.setIfMissing("spark.locality.wait", "0s");
    // A shard that crashes its executor three times in a round will do so again.
    conf.setIfMissing("spark.task.maxFailures", "3");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (runsTasksHere(conf)) {
      requireThreads(threads);
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    return conf;
  }

  /** G1 marks the whole heap again and again where arrays of many megabytes come and go. */
  private static void setCollector(SparkConf conf) {
    if (!conf.contains("spark.executor.extraJavaOptions")
        && !conf.contains("spark.executor.defaultJavaOptions")) {
      conf.set("spark.executor.extraJavaOptions", "-XX:+UseParallelGC");
    }
  }

  private static boolean runsTasksHere(SparkConf conf) {
    String master = conf.get("spark.master");
    return master.equals("local") || master.startsWith("local[");
  }

  private static void requireThreads(int threads) {
    if (!TaskWorkers.hasThreads(threads)) {
      throw new ConfigException(
          "configuration and environment",
          List.of(
              "'distribution.threadsPerTask' is "
                  + threads
                  + " but the environment variable "
                  + TaskWorkers.THREADS_VARIABLE
                  + " is "
                  + System.getenv(TaskWorkers.THREADS_VARIABLE)
                  + "; start the JVM with "
                  + TaskWorkers.THREADS_VARIABLE
                  + "="
                  + threads));
    }
  }
}
