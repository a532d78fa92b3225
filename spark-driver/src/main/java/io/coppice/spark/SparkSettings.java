package io.coppice.spark;

import io.coppice.config.RunConfig;
import org.apache.spark.SparkConf;

/** The settings of Spark that a run needs, and those that suit it where the user said nothing. */
public final class SparkSettings {

  private SparkSettings() {}

  /** Adds them to what the user (or spark-submit) set. */
  public static SparkConf apply(SparkConf conf, RunConfig config) {
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "coppice " + config.network().name());
    conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.set("spark.kryo.registrator", CoppiceKryoRegistrator.class.getName());
    conf.set("spark.kryo.registrationRequired", "true");
    conf.set(
        "spark.executorEnv.OMP_NUM_THREADS",
        String.valueOf(config.distribution().threadsPerTask()));
    // Floats do not compress, and a weight of VGG-16 must fit Kryo's buffer.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "1g");
    conf.setIfMissing("spark.broadcast.compress", "false");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // Any executor is as good for a shard as another: waiting for a preferred one only idles cores.
    conf.setIfMissing("spark.locality.wait", "0s");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    return conf;
  }
}
