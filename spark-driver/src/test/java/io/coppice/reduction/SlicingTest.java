package io.coppice.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicingTest {

  private static final int MIB = 1 << 20;

  @Property(tries = 100)
  void fromAndTo_anySlicing_coverEveryNumberOnce(
      @ForAll @IntRange(min = 1) int size, @ForAll @IntRange(min = 1, max = 500) int slices) {
    Slicing slicing = new Slicing(size, slices);
    int next = 0;
    for (int slice = 0; slice < slices; slice++) {
      assertThat(slicing.from(slice)).isEqualTo(next);
      assertThat(slicing.to(slice)).isGreaterThanOrEqualTo(next);
      next = slicing.to(slice);
    }
    assertThat(next).isEqualTo(size);
  }

  @Test
  void of_sizesAndTasks_asManyAsTasksWithinBoundsOfBytes() {
    assertThat(Slicing.of(MIB, 8).slices()).as("4 MiB from 8 tasks").isEqualTo(8);
    assertThat(Slicing.of(100_000, 8).slices()).as("400 kB: two of a quarter MiB").isEqualTo(2);
    assertThat(Slicing.of(10, 300).slices()).isEqualTo(1);
    assertThat(Slicing.of(MIB, 4096).slices()).as("16 GiB in all").isEqualTo(256);
    assertThat(Slicing.of(3, 2_000_000_000).slices()).as("not more than numbers").isEqualTo(3);
  }
}
