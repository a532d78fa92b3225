package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DropoutOperationTest {

  private static final int BATCH = 4;

  private static Network network() {
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(2, 5, 5));
    int last = builder.convolution("conv", builder.input(), 12, 3, 1);
    last = builder.add("dropout", new Layer.Dropout(0.5), last);
    return builder.linear("logits", builder.globalAveragePool("pool", last), 3);
  }

  private static double loss(RandomCase random, @Nullable Long noise) {
    try (NetworkExecutor executor = new NetworkExecutor(random.network, BATCH)) {
      BatchResult result =
          noise == null
              ? executor.evaluate(
                  random.compact(),
                  random.weights(),
                  new float[0],
                  random.images,
                  random.labels,
                  BATCH)
              : executor.forward(
                  random.compact(), random.weights(), random.images, random.targets, noise);
      return result.loss();
    }
  }

  @Test
  void fillFactors_manyValues_keepsTheirMean() {
    float[] factors = new float[40_000];
    DropoutOperation.fillFactors(3, 1, 0.3, 0, 0, factors, 0, factors.length);
    double sum = 0;
    for (float factor : factors) {
      assertThat(factor).isIn(0f, (float) (1 / 0.7));
      sum += factor;
    }
    // Five standard errors.
    assertThat(sum / factors.length).isCloseTo(1, within(5 * Math.sqrt(0.3 / 0.7 / 40_000)));
  }

  @Test
  void fillFactors_otherChannelImageOrLayer_areOthers() {
    float[][] factors = new float[4][256];
    DropoutOperation.fillFactors(3, 1, 0.5, 0, 0, factors[0], 0, 256);
    DropoutOperation.fillFactors(3, 2, 0.5, 0, 0, factors[1], 0, 256);
    DropoutOperation.fillFactors(3, 1, 0.5, 1, 0, factors[2], 0, 256);
    DropoutOperation.fillFactors(3, 1, 0.5, 0, 1, factors[3], 0, 256);
    for (int i = 1; i < factors.length; i++) {
      assertThat(factors[i]).isNotEqualTo(factors[0]);
    }
  }

  @Test
  void forward_sameNoise_sameBits() {
    Network network = network();
    RandomCase random = RandomCase.of(network, Mask.full(network.groupChannels()), BATCH, 5);
    assertThat(loss(random, 8L)).isEqualTo(loss(random, 8L)).isNotEqualTo(loss(random, 9L));
  }

  @Test
  void forward_inUse_dropsNothing() {
    Network network = network();
    RandomCase random = RandomCase.of(network, Mask.full(network.groupChannels()), BATCH, 5);
    NetworkBuilder builder = new NetworkBuilder("test", new Shape(2, 5, 5));
    int last = builder.convolution("conv", builder.input(), 12, 3, 1);
    Network without = builder.linear("logits", builder.globalAveragePool("pool", last), 3);
    RandomCase plain = RandomCase.of(without, Mask.full(without.groupChannels()), BATCH, 5);
    assertThat(loss(random, null)).isEqualTo(loss(plain, null));
  }
}
