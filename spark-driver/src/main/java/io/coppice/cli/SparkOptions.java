package io.coppice.cli;

import io.coppice.config.RunConfig;
import io.coppice.monitor.CoppicePlugin;
import io.coppice.spark.SparkSettings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Spark a command works on. */
final class SparkOptions {

  private static final String PLUGINS = "spark.plugins";
  private static final String PLUGIN = CoppicePlugin.class.getName();

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

  /**
   * The same for a training, with what suits it, and with its metrics in Spark's own system: where
   * executors have this jar for sure, as they have in this JVM and by spark-submit. One that lacked
   * the plugin's class would not start.
   */
  SparkConf conf(RunConfig config) {
    SparkConf sparkConf = SparkSettings.apply(conf(), config);
    boolean haveJar =
        SparkSettings.runsTasksHere(sparkConf) || sparkConf.contains("spark.submit.deployMode");
    if (haveJar && sparkConf.getBoolean("spark.coppice.metrics", true)) {
      String plugins = sparkConf.get(PLUGINS, "");
      if (!Arrays.asList(plugins.split(",", -1)).contains(PLUGIN)) {
        sparkConf.set(PLUGINS, plugins.isBlank() ? PLUGIN : plugins + "," + PLUGIN);
      }
    }
    return sparkConf;
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
