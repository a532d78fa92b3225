package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import org.junit.jupiter.api.Test;

class MaskSamplerTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {4, 3}, 2);

  @Test
  void draw_probabilityZeroOrOne_neverOrAlwaysActive() {
    double[] s = {1, 0, 0, 1};
    for (int i = 0; i < 1000; i++) {
      Mask mask = new MaskSampler(SPACE).draw(s, CounterRandom.of(i, Purpose.STRUCTURE_MASK));
      assertThat(mask).isEqualTo(SPACE.mask(new boolean[] {true, false, false, true}));
    }
  }

  @Test
  void draw_sameKeys_sameMask() {
    double[] s = {0.5, 0.5, 0.5, 0.5};
    MaskSampler sampler = new MaskSampler(SPACE);
    assertThat(sampler.draw(s, CounterRandom.of(1, Purpose.STRUCTURE_MASK, 2, 3)))
        .isEqualTo(sampler.draw(s, CounterRandom.of(1, Purpose.STRUCTURE_MASK, 2, 3)));
  }

  @Test
  void draw_manyKeys_keepsTheProbabilitiesAndIndependence() {
    double[] s = {0.2, 0.7, 0.5, 0.9};
    int draws = 40_000;
    int[] active = new int[4];
    int both = 0;
    for (int i = 0; i < draws; i++) {
      Mask mask = new MaskSampler(SPACE).draw(s, CounterRandom.of(11, Purpose.STRUCTURE_MASK, i));
      for (int unit = 0; unit < 4; unit++) {
        active[unit] += SPACE.isActive(mask, unit) ? 1 : 0;
      }
      both += SPACE.isActive(mask, 0) && SPACE.isActive(mask, 1) ? 1 : 0;
    }
    for (int unit = 0; unit < 4; unit++) {
      assertThat((double) active[unit] / draws).isCloseTo(s[unit], within(0.012));
    }
    assertThat((double) both / draws).isCloseTo(s[0] * s[1], within(0.012));
  }
}
