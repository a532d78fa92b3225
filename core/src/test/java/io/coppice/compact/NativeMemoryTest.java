package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeMemoryTest {

  @ParameterizedTest
  @EnumSource
  void ofStep_networksOfTheCatalogue_isAboveWhatADenseStepTakesAndNotFarAbove(Precision precision) {
    assumeTrue(
        precision == Precision.FLOAT32 || KernelContext.hasBfloat16(),
        "the processor does not multiply bfloat16");
    for (String name : new String[] {"resnet20", "vgg16"}) {
      Network network = NetworkCatalogue.create(name, new Shape(3, 32, 32), 10, 1);
      for (int batch : new int[] {16, 64}) {
        long estimate = NativeMemory.ofStep(network, batch, precision);
        long taken = bytesOfDenseStep(network, batch, precision);
        System.out.printf(
            "%s, %s, batch %d: buffers of a dense step %.1f MiB, estimate with kernels %.1f MiB%n",
            name, precision, batch, taken / 1048576.0, estimate / 1048576.0);
        long kernels = Math.min(256, network.nodes().size()) * (1L << 20);
        assertThat(estimate - kernels).as(name).isBetween(taken, 3 * taken);
      }
    }
  }

  private static long bytesOfDenseStep(Network network, int batch, Precision precision) {
    CompactNetwork dense = CompactNetwork.dense(network);
    try (NetworkExecutor executor = new NetworkExecutor(network, batch, precision)) {
      executor.forwardBackward(
          dense,
          Weights.of(dense, new float[dense.parameters().size()]),
          new float[batch * network.inputShape().size()],
          Targets.of(new int[batch]),
          0,
          new float[dense.parameters().size()],
          new float[dense.statistics().size()]);
      return executor.context().buffers().allocatedBytes();
    }
  }
}
