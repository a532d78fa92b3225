package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundMasksTest {

  private static final Mask A = mask(0);
  private static final Mask B = mask(1);
  private static final Mask C = mask(2);

  private static Mask mask(int channel) {
    return Mask.builder(new int[] {4}).activate(0, channel, 1).build();
  }

  @Test
  void of_sharedMasks_areThoseOfTheStepForEveryShard() {
    RoundMasks masks = new RoundMasks(true, 2, List.of(new StepMasks(A), new StepMasks(B, C)));
    for (int shard = 0; shard < 3; shard++) {
      assertThat(masks.of(shard, 0)).isEqualTo(new StepMasks(A));
      assertThat(masks.of(shard, 1)).isEqualTo(new StepMasks(B, C));
      assertThat(masks.trained(shard)).isEqualTo(A.union(B));
    }
  }

  @Test
  void of_masksOfEachShard_areItsOwnEvenIfThereIsOneShardOnly() {
    RoundMasks masks = new RoundMasks(false, 1, List.of(new StepMasks(A), new StepMasks(B)));
    assertThat(masks.of(0, 0).trained()).isEqualTo(A);
    assertThat(masks.of(1, 0).trained()).isEqualTo(B);
    assertThat(masks.trained(1)).isEqualTo(B);
    RoundMasks one = new RoundMasks(false, 2, List.of(new StepMasks(A), new StepMasks(B)));
    assertThat(one.shared()).isFalse();
    assertThat(one.of(0, 1).trained()).isEqualTo(B);
  }

  @Test
  void trained_allShards_isTheUnionAndAlikeWhereEveryShardHasIt() {
    RoundMasks shared = new RoundMasks(true, 2, List.of(new StepMasks(A, C), new StepMasks(B)));
    assertThat(shared.trained()).isEqualTo(A.union(B));
    assertThat(shared.trainedAlike()).isTrue();
    assertThat(shared.timesTrained(3)).isEqualTo(Map.of(A, 3, B, 3));
    List<StepMasks> turned =
        List.of(new StepMasks(A), new StepMasks(B), new StepMasks(B), new StepMasks(A));
    RoundMasks alike = new RoundMasks(false, 2, turned);
    assertThat(alike.trained()).isEqualTo(A.union(B));
    assertThat(alike.trainedAlike()).isTrue();
    assertThat(alike.timesTrained(2)).isEqualTo(Map.of(A, 2, B, 2));
    RoundMasks apart = new RoundMasks(false, 1, turned);
    assertThat(apart.trained()).isEqualTo(A.union(B));
    assertThat(apart.trainedAlike()).isFalse();
  }

  @Test
  void distinct_masksThatRepeat_areOnceInTheOrderOfTheirFirstUse() {
    RoundMasks masks =
        new RoundMasks(
            true, 3, List.of(new StepMasks(B, A), new StepMasks(A, C, B), new StepMasks(B)));
    assertThat(masks.distinct()).containsExactly(B, A, C);
    assertThat(RoundMasks.repeated(5, new StepMasks(C)).distinct()).containsExactly(C);
  }

  @Test
  void roundMasks_notOneForEveryStep_refused() {
    assertThatThrownBy(() -> new RoundMasks(true, 2, List.of(new StepMasks(A))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 steps")
        .hasMessageContaining("found 1");
    assertThatThrownBy(
            () ->
                new RoundMasks(
                    false, 2, List.of(new StepMasks(A), new StepMasks(A), new StepMasks(A))))
        .hasMessageContaining("once for every shard");
    assertThatThrownBy(() -> new RoundMasks(true, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
