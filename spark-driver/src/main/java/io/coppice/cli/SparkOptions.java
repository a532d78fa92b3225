package io.coppice.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Spark a command works on. */
final class SparkOptions {

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master where spark-submit does not say it (default: local[*]).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Sets one of Spark's own properties. Repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

  SparkOptions() {}

  /** What is known of file systems, or as much as Spark's own settings say. */
  Configuration fileSystems(@Nullable Configuration known) {
    return known == null ? SparkHadoopUtil.get().newConfiguration(conf()) : known;
  }

  /** What the user said of it, here and to spark-submit. */
  SparkConf conf() {
    SparkConf sparkConf = new SparkConf();
    if (master != null) {
      sparkConf.setMaster(master);
    }
    conf.forEach(sparkConf::set);
    return sparkConf;
  }
}
