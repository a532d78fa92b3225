package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.config.ConfigReader;
import io.coppice.monitor.CoppicePlugin;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SparkOptionsTest {

  private static final String PLUGIN = CoppicePlugin.class.getName();

  private static SparkConf conf(String... arguments) {
    SparkOptions options = new SparkOptions();
    CommandLine.populateCommand(options, arguments);
    return options.conf(ConfigReader.read("test", "", Map.of()));
  }

  @Test
  void conf_whereExecutorsHaveThisJar_metricsAreInSparksSystem() {
    assertThat(conf().get("spark.plugins")).isEqualTo(PLUGIN);
    List<String> bySubmit =
        List.of("--master", "spark://head:7077", "--conf", "spark.submit.deployMode=client");
    assertThat(conf(bySubmit.toArray(String[]::new)).get("spark.plugins")).isEqualTo(PLUGIN);
  }

  @Test
  void conf_executorsThatMayLackThisJar_areLeftAlone() {
    assertThat(conf("--master", "spark://head:7077").contains("spark.plugins")).isFalse();
    assertThat(conf("--master", "local-cluster[1,1,1024]").contains("spark.plugins")).isFalse();
  }

  @Test
  void conf_ownPlugins_arePassedOnAndOursIsAmongThemOnce() {
    assertThat(conf("--conf", "spark.plugins=org.example.P").get("spark.plugins"))
        .isEqualTo("org.example.P," + PLUGIN);
    assertThat(conf("--conf", "spark.plugins=" + PLUGIN).get("spark.plugins")).isEqualTo(PLUGIN);
  }

  @Test
  void conf_unwanted_isNotThere() {
    assertThat(conf("--conf", "spark.coppice.metrics=false").contains("spark.plugins")).isFalse();
  }
}
