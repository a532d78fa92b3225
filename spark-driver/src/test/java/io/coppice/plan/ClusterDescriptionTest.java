package io.coppice.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterDescriptionTest {

  private static final ClusterDescription EIGHT = new ClusterDescription(8, 4, 16L << 30, 10);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8 executors, 4 cores, 16g, 10 Gbit/s",
        "10gbps,16384 MB,4cores,8executors",
        " 16 GiB , 8 Executors, 10.0 Gbit , 4 Cores "
      })
  void parse_wholeInAnyOrder_isThatCluster(String line) {
    assertThat(ClusterDescription.parse(line)).isEqualTo(EIGHT);
  }

  @Test
  void parse_oneOfEach_isThatCluster() {
    assertThat(ClusterDescription.parse("1 executor, 1 core, 512m, 2.5 Gbit/s"))
        .isEqualTo(new ClusterDescription(1, 1, 512L << 20, 2.5));
  }

  @Test
  void parse_manyMistakes_namesAllOfThem() {
    assertThatThrownBy(() -> ClusterDescription.parse("8 machines, 0 cores, 16g, 16g"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "'8 machines, 0 cores, 16g, 16g'",
            "'8 machines' is none of executors, cores, memory",
            "'16g' says again what was said before",
            "how many executors",
            "how many cores",
            "how fast the network is",
            "Expected something like '8 executors, 4 cores, 16g, 10 Gbit/s'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "8 executors", "-8 executors, 4 cores, 16g, 10 Gbit/s", "99999999999g"})
  void parse_notACluster_isRefused(String line) {
    assertThatThrownBy(() -> ClusterDescription.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the cluster '" + line + "'");
  }
}
