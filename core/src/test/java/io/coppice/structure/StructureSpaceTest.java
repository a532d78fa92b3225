package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StructureSpaceTest {

  @Test
  void units_groupsOfWholeAndBrokenBlocks_coverEveryChannelOnce() {
    StructureSpace space = new StructureSpace(new int[] {5, 2}, 2);
    assertThat(space.units()).isEqualTo(4);
    assertThat(space.size(2)).isEqualTo(1);
    assertThat(space.group(3)).isEqualTo(1);
    assertThat(space.lastingMask().activeCount()).isZero();
    assertThat(space.mask(new boolean[] {true, true, true, true}))
        .isEqualTo(Mask.full(space.groupChannels()));
  }

  @Test
  void mask_groupsThatLast_haveTheirFirstBlockWhateverUnitsAreActive() {
    StructureSpace space =
        new StructureSpace(new int[] {5, 4, 1}, 2, new boolean[] {true, false, true});
    assertThat(space.units()).as("2 of the first group, 2 of the second").isEqualTo(4);
    assertThat(space.lastingMask()).hasToString("2/5 0/4 1/1");
    Mask mask = space.mask(new boolean[] {false, true, false, true});
    assertThat(mask.activeChannels(0)).containsExactly(0, 1, 4);
    assertThat(mask.activeChannels(1)).containsExactly(2, 3);
    assertThat(space.isActive(mask, 0)).isFalse();
    assertThat(space.isActive(mask, 1)).isTrue();
  }
}
