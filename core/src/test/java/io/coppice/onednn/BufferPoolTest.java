package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BufferPoolTest {

  @Test
  void acquire_afterRelease_reusesTheMemory() {
    try (BufferPool pool = new BufferPool()) {
      NativeBuffer first = pool.acquire(1000);
      pool.release(first);
      assertThat(pool.acquire(900)).isSameAs(first);
      assertThat(pool.allocatedBytes()).isEqualTo(first.capacityBytes());
    }
  }

  @Test
  void acquire_thenClosed_countsInThisJvmMeanwhile() {
    long before = NativeBuffer.bytesInThisJvm();
    try (BufferPool pool = new BufferPool()) {
      pool.release(pool.acquire(1_000_000));
      assertThat(NativeBuffer.bytesInThisJvm() - before).isBetween(1_000_000L, 1_500_000L);
    }
    assertThat(NativeBuffer.bytesInThisJvm()).isEqualTo(before);
  }

  @Test
  void acquire_severalFreeBuffers_lendsTheSmallestThatFits() {
    try (BufferPool pool = new BufferPool()) {
      NativeBuffer small = pool.acquire(1_000);
      NativeBuffer middle = pool.acquire(10_000);
      NativeBuffer large = pool.acquire(100_000);
      pool.release(large);
      pool.release(small);
      pool.release(middle);
      assertThat(pool.acquire(2_000)).isSameAs(middle);
      assertThat(pool.acquire(2_000)).isSameAs(large);
      assertThat(pool.acquire(2_000).capacityBytes()).isLessThan(3_000);
    }
  }

  @Test
  void release_twice_refused() {
    try (BufferPool pool = new BufferPool()) {
      NativeBuffer buffer = pool.acquire(1000);
      pool.release(buffer);
      assertThatThrownBy(() -> pool.release(buffer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("of " + buffer.capacityBytes() + " bytes was given back already");
      assertThat(pool.acquire(1000)).isSameAs(buffer);
      assertThat(pool.acquire(1000)).isNotSameAs(buffer);
      pool.release(buffer);
    }
  }

  @Test
  void release_bufferOfAnotherPool_refused() {
    try (BufferPool pool = new BufferPool();
        BufferPool other = new BufferPool()) {
      NativeBuffer buffer = pool.acquire(1000);
      assertThatThrownBy(() -> other.release(buffer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("to the pool that lent it");
      pool.release(buffer);
    }
  }

  @Test
  void sizeClass_anySize_isLargeEnoughAndAtMostAQuarterSlack() {
    for (long bytes = 1; bytes < 100_000; bytes += 7) {
      long capacity = BufferPool.sizeClass(bytes);
      assertThat(capacity).isGreaterThanOrEqualTo(bytes);
      assertThat(capacity).isLessThanOrEqualTo(Math.max(256, bytes + bytes / 4 + 256));
    }
  }

  @Test
  void close_lentBuffer_cannotBeUsedAnyMore() {
    NativeBuffer buffer;
    try (BufferPool pool = new BufferPool()) {
      buffer = pool.acquire(64);
    }
    assertThatThrownBy(() -> buffer.write(new float[] {1}, 0, 1)).hasMessageContaining("freed");
  }

  @Test
  void write_beyondTheEnd_refused() {
    try (BufferPool pool = new BufferPool()) {
      NativeBuffer buffer = pool.acquire(256);
      assertThatThrownBy(() -> buffer.write(new float[65], 0, 65))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void write_thenRead_sameValues() {
    try (BufferPool pool = new BufferPool()) {
      NativeBuffer buffer = pool.acquireFloats(4);
      buffer.write(new float[] {9, 1, 2, 3, 4}, 1, 4);
      float[] back = new float[3];
      buffer.read(1, back, 0, 3);
      assertThat(back).containsExactly(2, 3, 4);
      buffer.zero(8);
      buffer.read(0, back, 0, 3);
      assertThat(back).containsExactly(0, 0, 3);
    }
  }
}
