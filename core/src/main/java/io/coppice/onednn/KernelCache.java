package io.coppice.onednn;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Kernels by shape, in a bounded amount of memory; the shape that was not used for longest is freed
 * first. What kernels take is an estimate, a fixed amount a primitive. Those of a shape may be made
 * long after the shape was asked for, so that the bound holds whenever a new shape is. Who got
 * kernels uses them before asking for others.
 */
public final class KernelCache implements AutoCloseable {

  /**
   * Resident bytes of one oneDNN primitive with its arguments: 31 to 64 KiB, measured over 252
   * shapes of convolutions forward and backward with their reorders, on AVX2 and on AVX-512.
   */
  static final long PRIMITIVE_BYTES = 64 << 10;

  /** What a shape takes on the heap even where it has no primitive. */
  private static final long SHAPE_BYTES = 1 << 10;

  /**
   * What a cache did since it was made.
   *
   * @param hits requests for kernels that were there
   * @param misses requests whose kernels had to be made
   * @param evictions shapes whose kernels were freed to make room
   * @param shapes shapes that are there
   * @param bytes that they take, by estimate
   */
  public record Statistics(long hits, long misses, long evictions, int shapes, long bytes) {}

  private final long capacityBytes;
  private final Map<Object, AutoCloseable> kernels = new LinkedHashMap<>(16, 0.75f, true);
  private long primitives;
  private long hits;
  private long misses;
  private long evictions;

  /**
   * @param capacityBytes most bytes that kernels may take before a new shape is made, at least 1
   */
  KernelCache(long capacityBytes) {
    if (capacityBytes < 1) {
      throw new IllegalArgumentException(
          "a cache has room for at least 1 byte, found " + capacityBytes);
    }
    this.capacityBytes = capacityBytes;
  }

  /** The kernels of a shape, made if they are not there. */
  AutoCloseable get(Object shape, Supplier<? extends AutoCloseable> maker) {
    AutoCloseable known = kernels.get(shape);
    if (known != null) {
      hits++;
      return known;
    }
    misses++;
    for (Iterator<AutoCloseable> eldest = kernels.values().iterator();
        bytes() >= capacityBytes && eldest.hasNext(); ) {
      free(eldest.next());
      eldest.remove();
      evictions++;
    }
    AutoCloseable made = maker.get();
    kernels.put(shape, made);
    return made;
  }

  /** Counts a primitive that a kernel has made. */
  void primitiveMade() {
    primitives++;
  }

  /** Counts a primitive that a kernel has freed. */
  void primitiveFreed() {
    primitives--;
  }

  Statistics statistics() {
    return new Statistics(hits, misses, evictions, kernels.size(), bytes());
  }

  private long bytes() {
    return primitives * PRIMITIVE_BYTES + kernels.size() * SHAPE_BYTES;
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
