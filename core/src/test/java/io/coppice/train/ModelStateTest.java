package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelStateTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.25);
  private static final SgdOptions OPTIONS = new SgdOptions(0.9, true, 0.01, false, 100, 0.99);

  @Test
  void apply_twoShards_movesByTheMeanGradientAndStatistics() {
    ModelState model = new ModelState(NETWORK, SgdOptions.plain(0, 0), 1);
    float[] before = model.parameters().clone();
    Mask mask = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 2).activate(1, 1, 1).build();
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    RoundWork work =
        new RoundWork(0, 0, 0, 0.1, RoundMasks.of(new StepMasks(mask)), model.parametersOf(mask));
    model.apply(work, 2, sums(compact, 1 + 3, 3 + 5), 0.1);
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      if (model.parameters()[i] != before[i]) {
        changed++;
        assertThat(model.parameters()[i]).isCloseTo(before[i] - 0.2f, within(1e-5f));
      }
    }
    assertThat(changed).isEqualTo(compact.parameters().size());
    Tensor mean = CompactNetwork.dense(NETWORK).statistics().tensor(2, Kind.MEAN);
    // Two moves by 0.05 towards a mean of 4.
    assertThat(model.statistics()[mean.offset()]).isCloseTo((1 - 0.95f * 0.95f) * 4, within(1e-5f));
    assertThat(model.statistics()[mean.offset() + 2]).as("an absent channel").isZero();
  }

  @Test
  void apply_localStepsOnDifferentMasks_movesEachStatisticAsOftenAsItWasObserved() {
    ModelState model = new ModelState(NETWORK, SgdOptions.plain(0, 0), 1);
    Mask first = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 1).build();
    Mask second = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 2).build();
    RoundWork work =
        new RoundWork(
            0,
            0,
            0,
            0.1,
            new RoundMasks(true, 2, List.of(new StepMasks(first), new StepMasks(second))),
            model.parametersOf(List.of(first, second)));
    CompactNetwork covered = CompactNetwork.of(NETWORK, work.masks().trained(0));
    StepSums sums = sums(covered, 0, 3);
    Tensor mean = covered.statistics().tensor(2, Kind.MEAN);
    // The first channel was seen in both steps, with a mean of 2; the second in one, with 3.
    sums.statistics()[mean.offset()] = 4;
    model.apply(work, 1, sums, 0.1);
    Tensor dense = CompactNetwork.dense(NETWORK).statistics().tensor(2, Kind.MEAN);
    assertThat(model.statistics()[dense.offset()]).isCloseTo((1 - 0.9f * 0.9f) * 2, within(1e-5f));
    assertThat(model.statistics()[dense.offset() + 1]).isCloseTo(0.1f * 3, within(1e-5f));
  }

  @Test
  void apply_gradientLongerThanAllowed_isShortenedToThatNorm() {
    SgdOptions options = new SgdOptions(0, false, 0, true, 0.5, 0);
    Mask mask = Mask.full(NETWORK.groupChannels());
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    for (float gradient : new float[] {1e-4f, 3}) {
      ModelState model = new ModelState(NETWORK, options, 1);
      float[] before = model.parameters().clone();
      RoundWork work =
          new RoundWork(0, 0, 0, 1, RoundMasks.of(new StepMasks(mask)), model.parametersOf(mask));
      model.apply(work, 2, sums(compact, 2 * gradient, 3), 1);
      double squares = 0;
      for (int i = 0; i < before.length; i++) {
        squares += Math.pow(model.parameters()[i] - before[i], 2);
      }
      double norm = gradient * Math.sqrt(before.length);
      assertThat(Math.sqrt(squares)).isCloseTo(Math.min(norm, 0.5), within(1e-4));
      assertThat(norm < 0.5).isEqualTo(gradient < 1);
    }
  }

  @Test
  void resultOf_averaging_isTheAverageAndNotTheWeights() {
    Mask mask = Mask.full(NETWORK.groupChannels());
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    ModelState model = new ModelState(NETWORK, OPTIONS, 1);
    float[] before = model.parametersOf(mask);
    RoundWork work =
        new RoundWork(0, 0, 0, 0.1, RoundMasks.of(new StepMasks(mask)), model.parametersOf(mask));
    model.apply(work, 1, sums(compact, 1, 3), 0.1);
    float[] after = model.parametersOf(mask);
    float[] result = model.resultOf(List.of(mask));
    assertThat(result[0]).isCloseTo(before[0] + 0.9f * (after[0] - before[0]), within(1e-6f));
    assertThat(model.values().result()).containsExactly(result);
    ModelState plain = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 1);
    assertThat(plain.resultOf(List.of(mask))).containsExactly(plain.parametersOf(mask));
    assertThat(plain.values().result()).containsExactly(plain.parameters());
  }

  @Test
  void values_thenANewState_goesOnTheSame() {
    ModelState one = new ModelState(NETWORK, OPTIONS, 1);
    Mask mask = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 2).activate(1, 1, 1).build();
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    RoundWork work =
        new RoundWork(0, 0, 0, 0.1, RoundMasks.of(new StepMasks(mask)), one.parametersOf(mask));
    one.apply(work, 1, sums(compact, 1, 3), 0.1);
    ModelState other = new ModelState(NETWORK, one.values(), OPTIONS);
    one.apply(work, 1, sums(compact, 2, 3), 0.1);
    other.apply(work, 1, sums(compact, 2, 3), 0.1);
    assertThat(other.parameters()).containsExactly(one.parameters());
    assertThat(other.statistics()).containsExactly(one.statistics());
    assertThat(other.values().average()).containsExactly(one.values().average());
  }

  @Test
  void initialise_seed_heVarianceAndReproducible() {
    CompactNetwork dense =
        CompactNetwork.dense(NetworkCatalogue.create("resnet20", new Shape(3, 8, 8), 10, 1));
    float[] values = WeightInitialiser.initialise(dense.parameters(), 3);
    assertThat(WeightInitialiser.initialise(dense.parameters(), 3)).containsExactly(values);
    assertThat(WeightInitialiser.initialise(dense.parameters(), 4)).isNotEqualTo(values);
    Tensor last =
        dense.parameters().tensors().stream()
            .filter(tensor -> tensor.name().equals("stage3.block3.conv2.weight"))
            .findFirst()
            .orElseThrow();
    double squares = 0;
    for (int i = 0; i < last.size(); i++) {
      squares += values[last.offset() + i] * values[last.offset() + i];
    }
    assertThat(squares / last.size()).isCloseTo(2.0 / (64 * 9), within(2e-4));
  }

  private static StepSums sums(CompactNetwork compact, float gradient, float statistic) {
    float[] gradients = new float[compact.parameters().size()];
    float[] statistics = new float[compact.statistics().size()];
    Arrays.fill(gradients, gradient);
    Arrays.fill(statistics, statistic);
    return new StepSums(gradients, statistics);
  }
}
