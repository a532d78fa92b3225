package io.coppice.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskSamplesTest {

  private static final int[] CHANNELS = {32, 64, 16};
  private final StructureSpace space =
      new StructureSpace(CHANNELS, 8, new boolean[] {true, false, false});
  private final Mask middle =
      Mask.builder(CHANNELS).activate(0, 0, 16).activate(1, 0, 32).activate(2, 0, 8).build();
  private final MaskSamples samples =
      new MaskSamples(space, new boolean[] {true, true, false}, middle);

  private Mask draw(long number) {
    return samples.draw(CounterRandom.of(3, Purpose.TIMED_MASK, number));
  }

  @Test
  void draw_manyMasks_areOfManyWidthsAndEmptyOnlyWhereTheyMayBe() {
    Set<Integer> first = new HashSet<>();
    Set<Integer> second = new HashSet<>();
    Set<Integer> third = new HashSet<>();
    for (int number = 0; number < 200; number++) {
      Mask mask = draw(number);
      first.add(mask.activeCount(0));
      second.add(mask.activeCount(1));
      third.add(mask.activeCount(2));
    }
    assertThat(first).containsExactlyInAnyOrder(8, 16, 24, 32);
    assertThat(second).contains(16, 32, 64).doesNotContain(0);
    assertThat(third).containsExactlyInAnyOrder(0, 8, 16);
  }

  @Test
  void draw_sameRandomNumbers_sameMask() {
    assertThat(draw(7)).isEqualTo(draw(7)).isNotEqualTo(draw(8));
  }
}
