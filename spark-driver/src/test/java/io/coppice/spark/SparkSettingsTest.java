package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
  void apply_serializer_isOursWhateverTheUserSaid() {
    SparkConf conf = apply(Map.of("spark.kryo.registrationRequired", "false"));
    assertThat(conf.get("spark.kryo.registrationRequired")).isEqualTo("true");
  }

  @Test
  void apply_nothingSaid_sparkHidesSecretsOfEveryFileSystem() {
    Pattern hidden = Pattern.compile(apply(Map.of()).get("spark.redaction.regex"));
    for (String name :
        List.of(
            "spark.hadoop.fs.azure.account.key.store.dfs.core.windows.net",
            "spark.hadoop.fs.gs.auth.service.account.private.key",
            "spark.hadoop.fs.s3a.server-side-encryption.key",
            "spark.hadoop.fs.s3a.access.key")) {
      assertThat(hidden.matcher(name).find()).as(name).isTrue();
    }
    assertThat(hidden.matcher("spark.hadoop.fs.s3a.endpoint").find()).isFalse();
  }

  private static SparkConf apply(Map<String, String> own) {
    SparkConf conf = new SparkConf(false).setMaster("local[2]");
    own.forEach(conf::set);
    return SparkSettings.apply(conf, SmallRun.config(Map.of()));
  }
}
