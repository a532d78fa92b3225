package io.coppice.benchmarks.scale;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * The most of this JVM's heap that is reachable at once: a thread has it collected again and again,
 * and looks at what was left. Whoever is timed should not be watched.
 */
final class LiveHeap implements AutoCloseable {

  private static final double MIB = 1 << 20;
  private static final long PAUSE_MILLIS = 3;

  private final Thread watcher = new Thread(this::watch, "live heap");
  private volatile boolean ended;
  private volatile double mostMiB;

  LiveHeap() {
    watcher.setDaemon(true);
    watcher.start();
  }

  private void watch() {
    try {
      do {
        Runtime.getRuntime().gc();
        mostMiB = Math.max(mostMiB, afterLastCollectionMiB());
        Thread.sleep(PAUSE_MILLIS);
      } while (!ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double afterLastCollectionMiB() {
    double bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (left != null) {
        bytes += left.getUsed();
      }
    }
    return bytes / MIB;
  }

  /** The most until now. */
  double mostMiB() {
    return mostMiB;
  }

  /** Ends the watch; it has looked once at least. */
  @Override
  public void close() {
    ended = true;
    watcher.interrupt();
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
