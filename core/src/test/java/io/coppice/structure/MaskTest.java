package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MaskTest {

  private static final int[] GROUPS = {70, 3};

  @Test
  void builder_channelsAcrossWords_areActive() {
    Mask mask = Mask.builder(GROUPS).activate(0, 62, 5).activate(1, 2, 1).build();
    assertThat(mask.activeChannels(0)).containsExactly(62, 63, 64, 65, 66);
    assertThat(mask.activeChannels(1)).containsExactly(2);
    assertThat(mask.activeCount()).isEqualTo(6);
    assertThat(mask).hasToString("5/70 1/3");
  }

  @Test
  void activeCount_groupsThatBeginAndEndAnywhereInAWord_countsTheirOwnChannels() {
    int[] groups = {64, 0, 3, 61, 130, 1};
    for (int pattern = 1; pattern < 8; pattern++) {
      Mask.Builder builder = Mask.builder(groups);
      int[] expected = new int[groups.length];
      int bit = 0;
      for (int group = 0; group < groups.length; group++) {
        for (int channel = 0; channel < groups[group]; channel++, bit++) {
          if (bit * 37 % 11 < pattern) {
            builder.activate(group, channel, 1);
            expected[group]++;
          }
        }
      }
      Mask mask = builder.build();
      for (int group = 0; group < groups.length; group++) {
        assertThat(mask.activeCount(group)).isEqualTo(expected[group]);
      }
    }
  }

  @Test
  void union_twoMasks_containsBoth() {
    Mask left = Mask.builder(GROUPS).activate(0, 0, 2).build();
    Mask right = Mask.builder(GROUPS).activate(0, 1, 2).activate(1, 0, 1).build();
    Mask union = left.union(right);
    assertThat(union.activeChannels(0)).containsExactly(0, 1, 2);
    assertThat(union.contains(left)).isTrue();
    assertThat(union.contains(right)).isTrue();
    assertThat(left.contains(union)).isFalse();
    assertThat(union).isEqualTo(right.union(left)).hasSameHashCodeAs(right.union(left));
  }

  @Test
  void union_otherNetwork_refused() {
    assertThatThrownBy(() -> Mask.full(GROUPS).union(Mask.full(new int[] {70, 4})))
        .hasMessageContaining("different networks");
  }
}
