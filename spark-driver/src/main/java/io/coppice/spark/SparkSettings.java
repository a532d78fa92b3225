package io.coppice.spark;

import io.coppice.config.Redaction;
import io.coppice.config.RunConfig;
import org.apache.spark.SparkConf;

/** The settings of Spark that suit a run, where the user said nothing; it needs none of them. */
public final class SparkSettings {

  private static final String TIMEOUT = "spark.network.timeout";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";

  private SparkSettings() {}

  /** Adds them to what the user (or spark-submit) set. */
  public static SparkConf apply(SparkConf conf, RunConfig config) {
    return apply(conf, "coppice " + config.network().label());
  }

  /**
   * The same for something else than a run.
   *
   * @param application name of Spark's application
   */
  public static SparkConf apply(SparkConf conf, String application) {
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", application);
    // Floats do not compress.
    conf.setIfMissing("spark.broadcast.compress", "false");
    // Weights are sent in every round: a block costs three calls to the driver, and hashing it, as
    // results are not either, costs time at both ends.
    conf.setIfMissing("spark.broadcast.blockSize", "16m");
    conf.setIfMissing("spark.broadcast.checksum", "false");
    setCollector(conf);
    QuietLogging.set(conf);
    // Spark's own pattern lacks keys of Azure, of Google and of encryption.
    conf.setIfMissing("spark.redaction.regex", Redaction.SECRET_NAMES);
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // A shard that crashes its executor three times in a round will do so again.
    conf.setIfMissing("spark.task.maxFailures", "3");
    // Every executor that is lost takes a part of the images with it, whose making again counts as
    // an attempt of the round.
    conf.setIfMissing("spark.stage.maxConsecutiveAttempts", "20");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (runsTasksHere(conf)) {
      // A process that was suspended finds its own heartbeats missing when it wakes, and there is
      // no
      // executor that could be lost without it.
      if (!conf.contains(TIMEOUT) && !conf.contains(HEARTBEAT)) {
        conf.set(TIMEOUT, "20d");
        conf.set(HEARTBEAT, "1d");
      }
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

  /** Whether the tasks of a Spark run in the driver's own JVM. */
  public static boolean runsTasksHere(SparkConf conf) {
    String master = conf.get("spark.master");
    return master.equals("local") || master.startsWith("local[");
  }
}
