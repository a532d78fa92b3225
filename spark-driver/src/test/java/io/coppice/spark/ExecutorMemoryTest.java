package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coppice.config.ConfigException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorMemoryTest {

  private static final Pattern LINE = Pattern.compile("--conf (spark\\.\\S+)=(\\d+)m$");

  private final RunSetup setup;

  ExecutorMemoryTest() {
    setup = SmallRun.setup(Map.of("network.name", "resnet20", "network.width", "8"));
  }

  @Test
  void require_defaultOverheadOnYarn_refusedWithTheLineThatDoes() {
    SparkConf conf = conf("yarn").set("spark.executor.cores", "4");
    Throwable refusal = catchThrowable(() -> ExecutorMemory.require(conf, setup));
    assertThat(refusal).isInstanceOf(ConfigException.class).hasMessageContaining("is 384 MiB");
    Matcher line = LINE.matcher(Objects.requireNonNull(refusal.getMessage()));
    assertThat(line.find()).isTrue();
    conf.set(Objects.requireNonNull(line.group(1)), line.group(2) + "m");
    assertThatCode(() -> ExecutorMemory.require(conf, setup)).doesNotThrowAnyException();
    conf.set("spark.executor.cores", "8");
    assertThat(catchThrowable(() -> ExecutorMemory.require(conf, setup)))
        .as("twice as many tasks at once")
        .isInstanceOf(ConfigException.class);
    conf.set("spark.task.cpus", "2");
    assertThatCode(() -> ExecutorMemory.require(conf, setup)).doesNotThrowAnyException();
  }

  @Test
  void require_shareOfALargeHeap_isEnough() {
    SparkConf conf = conf("k8s://https://head").set("spark.executor.memory", "20g");
    assertThatCode(() -> ExecutorMemory.require(conf, setup)).doesNotThrowAnyException();
    conf.set("spark.executor.memoryOverheadFactor", "0.01");
    assertThat(catchThrowable(() -> ExecutorMemory.require(conf, setup)))
        .hasMessageContaining("is 384 MiB");
  }

  @Test
  void require_nobodyEnforcesIt_nothingIsAsked() {
    for (String master :
        new String[] {"local[2]", "spark://head:7077", "local-cluster[2,1,1024]"}) {
      assertThatCode(() -> ExecutorMemory.require(conf(master), setup)).doesNotThrowAnyException();
    }
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master);
  }
}
