package io.coppice.onednn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Native buffers that are lent and given back. Who asks gets the smallest free one that is large
 * enough, however much larger; capacities are rounded up to a few size classes. So steps of
 * changing shapes reuse the same memory, and the resident size stays flat.
 */
public final class BufferPool implements AutoCloseable {

  /** Size classes between two powers of two: at most a quarter of a buffer is slack. */
  private static final int CLASSES_PER_DOUBLING = 4;

  private static final long SMALLEST_BYTES = 256;

  private final NavigableMap<Long, Deque<NativeBuffer>> free = new TreeMap<>();
  private final List<NativeBuffer> all = new ArrayList<>();
  private long allocatedBytes;

  /** Lends a buffer of at least the given size; its content is undefined. */
  public NativeBuffer acquire(long bytes) {
    long capacity = sizeClass(bytes);
    Map.Entry<Long, Deque<NativeBuffer>> fitting = free.ceilingEntry(capacity);
    if (fitting != null) {
      NativeBuffer buffer = fitting.getValue().pop();
      if (fitting.getValue().isEmpty()) {
        free.remove(fitting.getKey());
      }
      buffer.lend();
      return buffer;
    }
    NativeBuffer buffer = new NativeBuffer(this, capacity);
    buffer.lend();
    all.add(buffer);
    allocatedBytes += capacity;
    return buffer;
  }

  /** Lends a buffer of at least so many floats. */
  public NativeBuffer acquireFloats(long count) {
    return acquire(count * Float.BYTES);
  }

  /**
   * Takes a lent buffer back.
   *
   * @throws IllegalStateException if it was given back already
   * @throws IllegalArgumentException if another pool lent it
   */
  public void release(NativeBuffer buffer) {
    buffer.giveBack(this);
    free.computeIfAbsent(buffer.capacityBytes(), unused -> new ArrayDeque<>()).push(buffer);
  }

  /** Bytes held, lent or free. */
  public long allocatedBytes() {
    return allocatedBytes;
  }

  static long sizeClass(long bytes) {
    if (bytes <= SMALLEST_BYTES) {
      return SMALLEST_BYTES;
    }
    long quantum = Math.max(SMALLEST_BYTES, Long.highestOneBit(bytes - 1) / CLASSES_PER_DOUBLING);
    return (bytes + quantum - 1) / quantum * quantum;
  }

  @Override
  public void close() {
    all.forEach(NativeBuffer::close);
    all.clear();
    free.clear();
    allocatedBytes = 0;
  }
}
