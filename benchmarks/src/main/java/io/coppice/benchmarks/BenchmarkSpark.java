package io.coppice.benchmarks;

import io.coppice.config.RunConfig;
import io.coppice.spark.SparkSettings;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The Spark of a benchmark that trains for real. */
public final class BenchmarkSpark {

  private static final String LOCAL_CLUSTER = "local-cluster";

  private BenchmarkSpark() {}

  /** Starts it; executors in JVMs of their own see the classes of this one. */
  public static JavaSparkContext start(
      String master, RunConfig config, Map<String, String> settings) {
    SparkConf conf = new SparkConf().setMaster(master);
    conf.set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    conf.set("spark.ui.enabled", "false");
    // Spark warns of all of them, however many megabytes a local cluster has.
    if (isLocalCluster(master)) {
      String memory = master.substring(master.lastIndexOf(',') + 1, master.length() - 1).trim();
      conf.set("spark.executor.memory", memory + "m");
    }
    settings.forEach(conf::set);
    JavaSparkContext spark = new JavaSparkContext(SparkSettings.apply(conf, config));
    spark.setLogLevel("ERROR");
    return spark;
  }

  /** Whether a master's executors are JVMs of their own on this machine. */
  public static boolean isLocalCluster(String master) {
    return master.startsWith(LOCAL_CLUSTER);
  }
}
