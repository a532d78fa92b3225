package io.coppice.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveHeapTest {

  private static final int MIB = 1 << 20;

  @Test
  @Timeout(60)
  void mostMiB_arrayThatIsHeld_isInIt() {
    byte[] held = new byte[64 * MIB];
    try (LiveHeap heap = new LiveHeap()) {
      while (heap.mostMiB() == 0) {
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(heap.mostMiB()).isGreaterThan(64);
    }
    assertThat(held).isNotEmpty();
  }
}
