package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Targets;
import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class KernelThreadsTest {

  private static final int MANY = 24;

  @Test
  void ofThisThread_anyNumber_holdsForThisThreadUntilClosed() throws Exception {
    int before = KernelThreads.current();
    try (KernelThreads three = KernelThreads.ofThisThread(3)) {
      assertThat(KernelThreads.current()).isEqualTo(3);
      assertThat(inAnotherThread(KernelThreads::current)).isEqualTo(before);
    }
    assertThat(KernelThreads.current()).isEqualTo(before);
    assertThatThrownBy(() -> KernelThreads.ofThisThread(0)).hasMessageContaining("found 0");
  }

  @Test
  void ofThisThread_kernelsOfOneAndOfManyThreads_useSoMany() throws Exception {
    assertThat(inAnotherThread(() -> threadsUsedBy(1))).isEqualTo(1);
    assertThat(inAnotherThread(() -> threadsUsedBy(MANY))).isEqualTo(MANY);
  }

  private static int threadsUsedBy(int threads) throws IOException {
    try (KernelThreads setting = KernelThreads.ofThisThread(threads)) {
      Network network = NetworkCatalogue.create("resnet8", new Shape(3, 32, 32), 10, 2);
      CompactNetwork dense = CompactNetwork.dense(network);
      try (NetworkExecutor executor = new NetworkExecutor(network, MANY)) {
        executor.forward(
            dense,
            Weights.of(dense, new float[dense.parameters().size()]),
            new float[MANY * network.inputShape().size()],
            Targets.of(new int[MANY]),
            0);
      }
      return threadsNamedAsThisOne();
    }
  }

  /**
   * Threads that are no JVM's, which starts and ends some at any time, are named as their maker.
   */
  private static int threadsNamedAsThisOne() throws IOException {
    String name = Files.readString(Path.of("/proc/thread-self/comm"));
    int count = 0;
    for (String thread : Objects.requireNonNull(new File("/proc/self/task").list())) {
      try {
        count += Files.readString(Path.of("/proc/self/task", thread, "comm")).equals(name) ? 1 : 0;
      } catch (IOException e) {
        // It ended since it was listed.
        continue;
      }
    }
    return count;
  }

  private static <T> T inAnotherThread(Callable<T> work) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(work).get();
    } finally {
      thread.shutdown();
    }
  }
}
