package io.coppice.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SliceAdditionTest {

  private static byte[] slice(float... values) {
    return FloatBytes.of(values, 0, values.length);
  }

  @Test
  void accept_anyOrderOfArrival_addsInTheOrderOfTheTasks() {
    // (1e8 + 1) - 1e8 is 0 in single precision, (1e8 - 1e8) + 1 is 1.
    byte[][] slices = {slice(1e8f, 1), slice(1, 2), slice(-1e8f, 3)};
    for (int[] order : new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 2, 0}, {2, 1, 0}}) {
      SliceAddition addition = new SliceAddition(3, 2);
      for (int task : order) {
        addition.accept(task, slices[task]);
      }
      assertThat(addition.sum()).containsExactly(0, 6);
    }
  }

  @Test
  void accept_slicesOfBfloat16_areHalfAsLargeAndAddLikeAllOthers() {
    SliceAddition addition = new SliceAddition(3, 2);
    assertThat(slice(1.5f, -2)).hasSize(4);
    assertThat(slice(1.5f, 0.1f)).hasSize(8);
    addition.accept(0, slice(1.5f, -2));
    addition.accept(1, slice(1.5f, 0.1f));
    addition.accept(2, slice(-3, 0.25f));
    assertThat(addition.sum()).containsExactly(0, -2 + 0.1f + 0.25f);
  }

  @Test
  void sum_aTaskIsMissing_refused() {
    SliceAddition addition = new SliceAddition(3, 1);
    addition.accept(0, slice(1));
    addition.accept(2, slice(1));
    assertThatThrownBy(addition::sum).hasMessage("task 1 of 3 gave no slice");
  }

  @Test
  void accept_twiceOrOfAnotherSize_refused() {
    SliceAddition addition = new SliceAddition(3, 1);
    addition.accept(0, slice(1));
    addition.accept(2, slice(1));
    assertThatThrownBy(() -> addition.accept(0, slice(1))).hasMessageContaining("twice");
    assertThatThrownBy(() -> addition.accept(2, slice(1))).hasMessageContaining("twice");
    assertThatThrownBy(() -> addition.accept(1, slice(1.1f, 2)))
        .hasMessageContaining("expected 4 bytes, or half of them, found 8");
  }
}
