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
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentumSgdTest {

  private static final float MOMENTUM = 0.9f;
  private static final float DECAY = 0.01f;
  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.25);
  private static final TensorLayout DENSE = CompactNetwork.dense(NETWORK).parameters();

  /** Every weight takes every step at its time. */
  private static final class Eager {
    final float[] weights;
    final float[] velocity;

    Eager(float[] weights) {
      this.weights = weights.clone();
      this.velocity = new float[weights.length];
    }

    void step(MomentumSgd.Gradient gradient, float scale, float rate) {
      for (int i = 0; i < weights.length; i++) {
        velocity[i] = MOMENTUM * velocity[i] + DECAY * weights[i];
      }
      float[] everywhere = new float[DENSE.size()];
      new Slicer(DENSE, gradient.layout()).scatter(gradient.values(), everywhere);
      for (int i = 0; i < weights.length; i++) {
        velocity[i] += scale * everywhere[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] -= rate * velocity[i];
      }
    }
  }

  @Test
  void step_threeDenseSteps_followsTheFormula() {
    float[] weights = new float[DENSE.size()];
    Arrays.fill(weights, 1);
    MomentumSgd sgd = new MomentumSgd(DENSE, weights, new float[DENSE.size()], MOMENTUM);
    double w = 1;
    double v = 0;
    for (double gradient : new double[] {0.5, -0.2, 0}) {
      float[] values = new float[DENSE.size()];
      Arrays.fill(values, (float) gradient);
      sgd.step(new MomentumSgd.Gradient(DENSE, values), 1, 0.1, DECAY);
      v = 0.9 * v + 0.01 * w + gradient;
      w -= 0.1 * v;
      assertThat((double) weights[0]).isCloseTo(w, within(1e-6));
      assertThat(weights).containsOnly(weights[0]);
    }
  }

  @Test
  void step_changingMasksAndReaders_sameBitsAsEveryStepAtItsTime() {
    Random random = new Random(5);
    float[] weights = randomValues(random, DENSE.size());
    Eager eager = new Eager(weights);
    MomentumSgd lazy = new MomentumSgd(DENSE, weights, new float[DENSE.size()], MOMENTUM);
    for (int step = 0; step < 200; step++) {
      MomentumSgd.Gradient gradient = randomGradient(random, 0.2);
      float rate = 0.1f / (1 + step);
      lazy.step(gradient, 0.5f, rate, DECAY);
      eager.step(gradient, 0.5f, rate);
      if (step % 7 == 0) {
        TensorLayout part = CompactNetwork.of(NETWORK, randomMask(random, 0.3)).parameters();
        lazy.bringUpToDate(part);
        assertThat(new Slicer(DENSE, part).gather(weights))
            .containsExactly(new Slicer(DENSE, part).gather(eager.weights));
      }
    }
    lazy.bringUpToDate();
    assertThat(weights).containsExactly(eager.weights);
  }

  @Test
  void step_rowsAbsentForThousandsOfSteps_sameBitsAsEveryStepAtItsTime() {
    Random random = new Random(6);
    float[] weights = randomValues(random, DENSE.size());
    Eager eager = new Eager(weights);
    MomentumSgd lazy = new MomentumSgd(DENSE, weights, new float[DENSE.size()], MOMENTUM);
    Mask few = Mask.builder(NETWORK.groupChannels()).activate(0, 0, 1).activate(1, 0, 1).build();
    TensorLayout part = CompactNetwork.of(NETWORK, few).parameters();
    for (int step = 0; step < 2500; step++) {
      MomentumSgd.Gradient gradient =
          new MomentumSgd.Gradient(part, randomValues(random, part.size()));
      lazy.step(gradient, 1, 0.01, DECAY);
      eager.step(gradient, 1, 0.01f);
    }
    lazy.bringUpToDate();
    assertThat(weights).containsExactly(eager.weights);
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
