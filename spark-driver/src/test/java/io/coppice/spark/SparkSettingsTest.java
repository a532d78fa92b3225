package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {

  private static final String OPTIONS = "spark.executor.extraJavaOptions";
  private static final String COLLECTOR = "-XX:+UseParallelGC";

  @Test
  void apply_nothingSaid_setsWhatSuitsRounds() {
    SparkConf conf = apply(Map.of());
    assertThat(conf.get(OPTIONS)).isEqualTo(COLLECTOR);
    assertThat(conf.get("spark.broadcast.blockSize")).isEqualTo("16m");
    assertThat(conf.get("spark.task.maxFailures")).isEqualTo("3");
  }

  @Test
  void apply_ownValues_areKept() {
    Map<String, String> own =
        Map.of(
            OPTIONS,
            "-XX:+UseG1GC",
            "spark.broadcast.blockSize",
            "4m",
            "spark.broadcast.checksum",
            "true",
            "spark.task.maxFailures",
            "7");
    SparkConf conf = apply(own);
    own.forEach((key, value) -> assertThat(conf.get(key)).isEqualTo(value));
  }

  @Test
  void apply_ownDefaultOptionsOfExecutors_noCollectorIsAddedThatMightClash() {
    assertThat(apply(Map.of("spark.executor.defaultJavaOptions", "-XX:+UseZGC")).contains(OPTIONS))
        .isFalse();
  }

  @Test
  void apply_localMode_survivesASuspensionUnlessTheUserSaysHowLongToWait() {
    SparkConf conf = apply(Map.of());
    assertThat(conf.getTimeAsSeconds("spark.network.timeout")).isGreaterThan(10 * 86_400);
    SparkConf own = apply(Map.of("spark.network.timeout", "300s"));
    assertThat(own.get("spark.network.timeout")).isEqualTo("300s");
    assertThat(own.contains("spark.executor.heartbeatInterval")).isFalse();
    assertThat(apply(Map.of("spark.master", "spark://head:7077")).contains("spark.network.timeout"))
        .isFalse();
  }

  @Test
  void apply_serializer_staysTheUsers() {
    assertThat(apply(Map.of()).contains("spark.serializer")).isFalse();
  }

  private static SparkConf apply(Map<String, String> own) {
    SparkConf conf = new SparkConf(false).setMaster("local[2]");
    own.forEach(conf::set);
    return SparkSettings.apply(conf, SmallRun.config(Map.of()));
  }
}
