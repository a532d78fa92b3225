package io.coppice.train;

import static io.coppice.train.SmallNetwork.MASKS;
import static io.coppice.train.SmallNetwork.NETWORK;
import static io.coppice.train.SmallNetwork.NETWORKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.structure.Mask;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private static final int BATCH = 4;
  private static final NetworkExecutor EXECUTOR = new NetworkExecutor(NETWORK, BATCH);

  private final ModelState model = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 1);

  @AfterAll
  static void close() {
    EXECUTOR.close();
  }

  @Test
  void evaluate_severalMasks_sameBitsAsEachAlone() {
    List<Evaluation> together = evaluate(MASKS, 0, 10);
    for (int mask = 0; mask < MASKS.size(); mask++) {
      assertThat(together.get(mask)).isEqualTo(evaluate(List.of(MASKS.get(mask)), 0, 10).get(0));
    }
    assertThat(together).doesNotHaveDuplicates();
  }

  @Test
  void evaluate_slicesThatEndWithinAMinibatch_addUpToTheWhole() {
    Evaluation whole = evaluate(MASKS, 0, 13).get(1);
    Evaluation slices =
        evaluate(MASKS, 0, 5)
            .get(1)
            .plus(evaluate(MASKS, 5, 1).get(1))
            .plus(evaluate(MASKS, 6, 7).get(1));
    assertThat(slices.images()).isEqualTo(whole.images()).isEqualTo(13);
    assertThat(slices.correct()).isEqualTo(whole.correct());
    assertThat(slices.lossSum()).isCloseTo(whole.lossSum(), within(1e-4));
  }

  @Test
  void evaluate_noImages_countsNone() {
    assertThat(evaluate(MASKS, 0, 0)).hasSize(3).containsOnly(Evaluation.NONE);
  }

  private List<Evaluation> evaluate(List<Mask> masks, int first, int count) {
    return new Evaluator(EXECUTOR, NETWORK.inputShape().size())
        .evaluate(
            masks.stream().map(NETWORKS::of).toList(),
            Weights.of(NETWORKS, MASKS, model.parametersOf(MASKS)),
            masks.stream().map(model::statisticsOf).toList(),
            SmallNetwork.minibatches(SmallNetwork.images(first, count), 0));
  }
}
