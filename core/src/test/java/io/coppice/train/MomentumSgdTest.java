package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MomentumSgdTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.25);
  private static final TensorLayout DENSE = CompactNetwork.dense(NETWORK).parameters();

  private static final SgdOptions PLAIN = SgdOptions.plain(0.9, 0.01);
  private static final SgdOptions NESTEROV = new SgdOptions(0.9, true, 0.01, true, 0, 0);
  private static final SgdOptions ALL = new SgdOptions(0.9, true, 0.01, false, 0, 0.99);

  static List<SgdOptions> options() {
    return List.of(
        PLAIN,
        NESTEROV,
        new SgdOptions(0.9, false, 0.01, false, 0, 0),
        new SgdOptions(0.9, false, 0.01, true, 0, 0.9),
        ALL);
  }

  /** Every weight takes every step at its time. */
  private static final class Eager {
    final SgdOptions options;
    final float[] weights;
    final float[] velocity;
    final float[] average;
    final boolean[] decays = new boolean[DENSE.size()];

    Eager(float[] weights, SgdOptions options) {
      this.options = options;
      this.weights = weights.clone();
      this.velocity = new float[weights.length];
      this.average = weights.clone();
      for (TensorLayout.Tensor tensor : DENSE.tensors()) {
        boolean decay = options.decaysAll() || tensor.name().endsWith(".weight");
        Arrays.fill(decays, tensor.offset(), tensor.offset() + tensor.size(), decay);
      }
    }

    void step(MomentumSgd.Gradient gradient, float scale, float rate, int step) {
      float momentum = (float) options.momentum();
      float[] everywhere = new float[DENSE.size()];
      new Slicer(DENSE, gradient.layout()).scatter(gradient.values(), everywhere);
      float share = (float) options.averageShare(step);
      for (int i = 0; i < weights.length; i++) {
        float before = velocity[i];
        float decay = decays[i] ? (float) options.weightDecay() : 0;
        velocity[i] = momentum * before + decay * weights[i];
        velocity[i] += scale * everywhere[i];
        if (options.nesterov()) {
          weights[i] += rate * momentum * before;
          weights[i] -= rate * (1 + momentum) * velocity[i];
        } else {
          weights[i] -= rate * velocity[i];
        }
        average[i] += share * (weights[i] - average[i]);
      }
    }

    void requireSame(MomentumSgd sgd, float[] weights) {
      assertThat(weights).containsExactly(this.weights);
      assertThat(sgd.velocity()).containsExactly(velocity);
      if (options.averages()) {
        assertThat(sgd.average()).containsExactly(average);
      } else {
        assertThat(sgd.average()).isEmpty();
      }
    }
  }

  private static MomentumSgd sgd(float[] weights, SgdOptions options) {
    return new MomentumSgd(DENSE, weights, new float[DENSE.size()], new float[0], options);
  }

  private static MomentumSgd.Gradient constant(double gradient) {
    float[] values = new float[DENSE.size()];
    Arrays.fill(values, (float) gradient);
    return new MomentumSgd.Gradient(DENSE, values);
  }

  @Test
  void step_threeDenseSteps_followsTheFormula() {
    float[] weights = new float[DENSE.size()];
    Arrays.fill(weights, 1);
    MomentumSgd sgd = sgd(weights, PLAIN);
    double w = 1;
    double v = 0;
    for (double gradient : new double[] {0.5, -0.2, 0}) {
      sgd.step(constant(gradient), 1, 0.1, 1, 0);
      v = 0.9 * v + 0.01 * w + gradient;
      w -= 0.1 * v;
      assertThat((double) weights[0]).isCloseTo(w, within(1e-6));
      assertThat(weights).containsOnly(weights[0]);
    }
  }

  @Test
  void step_nesterov_looksAheadAlongTheMomentum() {
    float[] weights = new float[DENSE.size()];
    Arrays.fill(weights, 1);
    MomentumSgd sgd = sgd(weights, NESTEROV);
    double w = 1;
    double v = 0;
    for (double gradient : new double[] {0.5, -0.2, 0.3, 0}) {
      sgd.step(constant(gradient), 1, 0.1, 1, 0);
      double decayed = gradient + 0.01 * w;
      v = 0.9 * v + decayed;
      w -= 0.1 * (decayed + 0.9 * v);
      assertThat((double) weights[0]).isCloseTo(w, within(1e-6));
      assertThat(weights).containsOnly(weights[0]);
    }
  }

  @Test
  void step_severalDecays_decaysAsOften() {
    float[] weights = new float[DENSE.size()];
    Arrays.fill(weights, 1);
    sgd(weights, PLAIN).step(constant(0), 1, 0.1, 5, 0);
    assertThat((double) weights[0]).isCloseTo(1 - 0.1 * 5 * 0.01, within(1e-6));
  }

  @Test
  void step_decayOfKernelsAlone_leavesScalesShiftsAndBiases() {
    float[] weights = new float[DENSE.size()];
    Arrays.fill(weights, 1);
    sgd(weights, ALL).step(constant(0), 1, 0.1, 1, 0);
    for (TensorLayout.Tensor tensor : DENSE.tensors()) {
      double expected = tensor.name().endsWith(".weight") ? 1 - 0.1 * 1.9 * 0.01 : 1;
      assertThat((double) weights[tensor.offset()])
          .as(tensor.name())
          .isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void averageShare_steps_fallsToTheOptionsShare() {
    assertThat(ALL.averageShare(0)).isCloseTo(0.9, within(1e-12));
    assertThat(ALL.averageShare(10)).isCloseTo(1 - 11.0 / 20, within(1e-12));
    assertThat(ALL.averageShare(100_000)).isCloseTo(0.01, within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("options")
  void step_changingMasksAndReaders_sameBitsAsEveryStepAtItsTime(SgdOptions options) {
    Random random = new Random(5);
    float[] weights = randomValues(random, DENSE.size());
    Eager eager = new Eager(weights, options);
    MomentumSgd lazy = sgd(weights, options);
    for (int step = 0; step < 200; step++) {
      MomentumSgd.Gradient gradient = randomGradient(random, 0.2);
      float rate = 0.1f / (1 + step);
      lazy.step(gradient, 0.5f, rate, 1, step);
      eager.step(gradient, 0.5f, rate, step);
      if (step % 7 == 0) {
        TensorLayout part = CompactNetwork.of(NETWORK, randomMask(random, 0.3)).parameters();
        lazy.bringUpToDate(part);
        assertThat(new Slicer(DENSE, part).gather(weights))
            .containsExactly(new Slicer(DENSE, part).gather(eager.weights));
      }
    }
    lazy.bringUpToDate();
    eager.requireSame(lazy, weights);
  }

  @ParameterizedTest
  @MethodSource("options")
  void step_rowsAbsentForThousandsOfSteps_sameBitsAsEveryStepAtItsTime(SgdOptions options) {
    Random random = new Random(6);
    float[] weights = randomValues(random, DENSE.size());
    Eager eager = new Eager(weights, options);
    MomentumSgd lazy = sgd(weights, options);
    Mask few = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 1).activate(1, 0, 1).build();
    TensorLayout part = CompactNetwork.of(NETWORK, few).parameters();
    for (int step = 0; step < 2500; step++) {
      MomentumSgd.Gradient gradient =
          new MomentumSgd.Gradient(part, randomValues(random, part.size()));
      lazy.step(gradient, 1, 0.01, 1, step);
      eager.step(gradient, 1, 0.01f, step);
    }
    lazy.bringUpToDate();
    eager.requireSame(lazy, weights);
  }

  private static MomentumSgd.Gradient randomGradient(Random random, double share) {
    TensorLayout layout = CompactNetwork.of(NETWORK, randomMask(random, share)).parameters();
    return new MomentumSgd.Gradient(layout, randomValues(random, layout.size()));
  }

  private static Mask randomMask(Random random, double share) {
    int[] channels = NETWORK.groupChannels();
    Mask.Builder mask = Mask.builder(channels);
    for (int group = 0; group < channels.length; group++) {
      for (int channel = 0; channel < channels[group]; channel++) {
        if (random.nextDouble() < share) {
          mask.activate(group, channel, 1);
        }
      }
    }
    return mask.build();
  }

  private static float[] randomValues(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
