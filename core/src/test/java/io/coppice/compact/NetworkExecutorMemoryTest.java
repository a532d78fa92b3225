package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StructureSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Native memory is owned and reused: the process does not grow while masks change. */
class NetworkExecutorMemoryTest {

  private static final int WARM_UP_STEPS = 300;
  private static final int STEPS = 1000;
  private static final long TOLERATED_GROWTH_KIB = 24 * 1024;

  @Test
  void forwardBackward_thousandStepsWithChangingMasks_residentSizeStaysFlat() throws IOException {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 16, 16), 10, 2);
    StructureSpace space = new StructureSpace(network.groupChannels(), 1);
    float[] parameters = new float[CompactNetwork.dense(network).parameters().size()];
    Arrays.fill(parameters, 0.01f);
    float[] images = new float[16 * network.inputShape().size()];
    int[] labels = new int[16];
    double[] s = new double[space.units()];
    Arrays.fill(s, 0.4);
    long before = 0;
    try (NetworkExecutor executor = new NetworkExecutor(network, 16)) {
      for (int step = 0; step < WARM_UP_STEPS + STEPS; step++) {
        if (step == WARM_UP_STEPS) {
          System.gc();
          before = residentKib();
        }
        Mask mask =
            new MaskSampler(space).draw(s, CounterRandom.of(1, Purpose.STRUCTURE_MASK, step));
        CompactNetwork compact = CompactNetwork.of(network, mask);
        float[] small = new float[compact.parameters().size()];
        new Slicer(CompactNetwork.dense(network).parameters(), compact.parameters())
            .gather(parameters, small);
        executor.forwardBackward(
            compact,
            small,
            images,
            labels,
            new float[small.length],
            new float[compact.statistics().size()]);
        executor.forward(compact, small, images, labels);
      }
      System.gc();
      long growth = residentKib() - before;
      System.out.printf(
          "resident size after %d steps: %d KiB, %+d KiB over the last %d; %d kernels, buffers of %d KiB%n",
          WARM_UP_STEPS + STEPS,
          residentKib(),
          growth,
          STEPS,
          executor.context().kernelCount(),
          executor.context().allocatedBytes() / 1024);
      assertThat(growth).isLessThan(TOLERATED_GROWTH_KIB);
    }
  }

  private static long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D+", ""));
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}
