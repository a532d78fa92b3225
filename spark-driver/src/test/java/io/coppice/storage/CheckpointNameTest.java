package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointNameTest {

  @Test
  void parse_whatToStringGives_isTheSame() {
    for (CheckpointName name :
        List.of(
            new CheckpointName(0, 0),
            new CheckpointName(12, 1),
            new CheckpointName(123_456_789_012L, 999_999_999))) {
      assertThat(CheckpointName.parse(name.toString())).contains(name);
    }
    assertThat(new CheckpointName(12, 0).directory()).isEqualTo("checkpoints/00000012");
    assertThat(new CheckpointName(12, 3).directory()).isEqualTo("checkpoints/00000012-3");
  }

  @Test
  void parse_otherNames_areNoCheckpoints() {
    for (String other :
        List.of("metrics", "12", "00000012-0", "00000012-", "00000012-01", "-1", "../00000012")) {
      assertThat(CheckpointName.parse(other)).as(other).isEmpty();
    }
  }

  @Test
  void compareTo_sortsByRoundsThenAttempts() {
    assertThat(
            List.of(
                    new CheckpointName(9, 0),
                    new CheckpointName(8, 10),
                    new CheckpointName(8, 9),
                    new CheckpointName(100_000_000, 0))
                .stream()
                .sorted()
                .map(CheckpointName::toString))
        .containsExactly("00000008-9", "00000008-10", "00000009", "100000000");
  }
}
