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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Native memory is owned and reused: the process does not grow while masks change. Measured in a
 * JVM of its own whose heap is touched in full at the start, so that whatever grows is native.
 */
class NetworkExecutorMemoryTest {

  private static final int BATCH = 16;
  // Until then shapes are still met for the first time, and kernels made for them.
  private static final int WARM_UP_STEPS = 1000;
  private static final int STEPS = 1000;
  private static final long TOLERATED_GROWTH_KIB = 8 * 1024;

  @Test
  void forwardBackward_thousandStepsWithChangingMasks_residentSizeStaysFlat()
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                NetworkExecutorMemoryTest.class.getName(),
                String.valueOf(WARM_UP_STEPS),
                String.valueOf(STEPS))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // As in a task. Two threads wait for each other by spinning, which takes ten times as long
    // where
    // anything else runs on their cores.
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    List<Long> sizes = Arrays.stream(output.split(" ")).map(Long::valueOf).toList();
    long growth = sizes.get(1) - sizes.get(0);
    System.out.printf(
        "resident size after %d steps: %d KiB; after %d more with changing masks: %+d KiB%n",
        WARM_UP_STEPS, sizes.get(0), STEPS, growth);
    assertThat(growth).isLessThan(TOLERATED_GROWTH_KIB);
  }

  /**
   * Takes as many steps as the arguments say, and prints the resident size after the first and
   * after the second.
   */
  public static void main(String[] arguments) throws IOException {
    int warmUp = Integer.parseInt(arguments[0]);
    int steps = Integer.parseInt(arguments[1]);
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 16, 16), 10, 2);
    StructureSpace space = new StructureSpace(network.groupChannels(), 1);
    CompactNetwork dense = CompactNetwork.dense(network);
    float[] parameters = new float[dense.parameters().size()];
    Arrays.fill(parameters, 0.01f);
    double[] s = new double[space.units()];
    Arrays.fill(s, 0.4);
    try (NetworkExecutor executor = new NetworkExecutor(network, BATCH)) {
      for (int step = 0; step < warmUp; step++) {
        step(executor, dense, draw(space, s, step), parameters);
      }
      long before = residentKib();
      for (int step = warmUp; step < warmUp + steps; step++) {
        step(executor, dense, draw(space, s, step), parameters);
      }
      System.out.println(before + " " + residentKib());
    }
  }

  private static Mask draw(StructureSpace space, double[] s, int step) {
    return new MaskSampler(space).draw(s, CounterRandom.of(1, Purpose.STRUCTURE_MASK, step));
  }

  private static void step(
      NetworkExecutor executor, CompactNetwork dense, Mask mask, float[] parameters) {
    CompactNetwork compact = CompactNetwork.of(dense.network(), mask);
    Weights weights = Weights.of(dense, parameters);
    float[] images = new float[BATCH * dense.network().inputShape().size()];
    int[] labels = new int[BATCH];
    executor.forwardBackward(
        compact,
        weights,
        images,
        Targets.of(labels),
        0,
        new float[compact.parameters().size()],
        new float[compact.statistics().size()]);
    executor.forward(compact, weights, images, Targets.of(labels), 0);
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
