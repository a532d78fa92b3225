package io.coppice.onednn;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Kernels by shape. Holds a bounded number of shapes; the one that was not used for longest is
 * freed first. Who got kernels uses them before asking for others.
 */
public final class KernelCache implements AutoCloseable {

  /**
   * What a cache did since it was made.
   *
   * @param hits requests for kernels that were there
   * @param misses requests whose kernels had to be made
   * @param evictions shapes whose kernels were freed to make room
   * @param shapes shapes that are there
   */
  public record Statistics(long hits, long misses, long evictions, int shapes) {}

  private final int capacity;
  private final Map<Object, AutoCloseable> kernels = new LinkedHashMap<>(16, 0.75f, true);
  private long hits;
  private long misses;
  private long evictions;

  /**
   * @param capacity most shapes that are kept, at least 1
   */
  KernelCache(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a cache holds at least 1 shape, found " + capacity);
    }
    this.capacity = capacity;
  }

  /** The kernels of a shape, made if they are not there. */
  AutoCloseable get(Object shape, Supplier<? extends AutoCloseable> maker) {
    AutoCloseable known = kernels.get(shape);
    if (known != null) {
      hits++;
      return known;
    }
    misses++;
    if (kernels.size() == capacity) {
      Iterator<AutoCloseable> eldest = kernels.values().iterator();
      free(eldest.next());
      eldest.remove();
      evictions++;
    }
    AutoCloseable made = maker.get();
    kernels.put(shape, made);
    return made;
  }

  Statistics statistics() {
    return new Statistics(hits, misses, evictions, kernels.size());
  }

  private static void free(AutoCloseable kernel) {
    try {
      kernel.close();
    } catch (Exception e) {
      throw new IllegalStateException("a kernel could not be freed", e);
    }
  }

  @Override
  public void close() {
    kernels.values().forEach(KernelCache::free);
    kernels.clear();
  }
}
