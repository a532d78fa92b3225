package io.coppice.cli;

import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** A Spark that is started when it is asked for. */
final class SparkOnDemand implements Supplier<JavaSparkContext>, AutoCloseable {

  private final SparkConf conf;
  private @Nullable JavaSparkContext started;

  SparkOnDemand(SparkConf conf) {
    this.conf = conf;
  }

  @Override
  public JavaSparkContext get() {
    JavaSparkContext spark = started;
    if (spark == null) {
      spark = new JavaSparkContext(conf);
      started = spark;
    }
    return spark;
  }

  @Override
  public void close() {
    if (started != null) {
      started.close();
    }
  }
}
