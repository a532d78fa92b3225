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
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class KernelThreadsTest {

  /** More than the JVM starts by itself in the meantime. */
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
    assertThat(inAnotherThread(() -> threadsAddedBy(1))).isLessThan(MANY - 1);
    assertThat(inAnotherThread(() -> threadsAddedBy(MANY))).isGreaterThanOrEqualTo(MANY - 1);
  }

  private static int threadsAddedBy(int threads) {
    try (KernelThreads setting = KernelThreads.ofThisThread(threads)) {
      int before = processThreads();
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
      return processThreads() - before;
    }
  }

  private static int processThreads() {
    return Objects.requireNonNull(new File("/proc/self/task").list()).length;
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
