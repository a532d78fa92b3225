package io.coppice.spark;

import io.coppice.compact.CompactNetworks;
import io.coppice.shards.ImageStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run keeps in a JVM that computes for it: workers that no task uses at the moment, so that
 * a task finds kernels and memory of the ones before it, and what was unpacked already. Losing it
 * costs time, never a result. As many workers exist as tasks ran at once.
 */
final class RunInJvm implements AutoCloseable {

  private final boolean openedByDriver;
  private final Packing packing = new Packing();
  private final LocalObjects localObjects = new LocalObjects();
  private @Nullable ImageStore images;
  private int lent;
  private final Deque<TaskWorker> idle = new ArrayDeque<>();
  private final Map<String, Object> unpacked = new HashMap<>();
  private String currentKey = "";
  private @Nullable Object current;
  private @Nullable CompactNetworks networks;
  private long lastUsed = System.nanoTime();
  private boolean closed;

  /**
   * @param openedByDriver whether the driver is in this JVM, and ends the run here
   */
  RunInJvm(boolean openedByDriver) {
    this.openedByDriver = openedByDriver;
  }

  /** Something to be done with a worker. */
  interface Work<T> {
    T apply(TaskWorker worker);
  }

  /** Lends a worker to some work. */
  <T> T with(TaskSettings settings, Work<T> work) {
    TaskWorker worker = take(settings);
    boolean whole = false;
    try {
      T result = work.apply(worker);
      whole = true;
      return result;
    } finally {
      if (whole) {
        giveBack(worker);
      } else {
        // Its buffers may be lent out still: better gone than reused. Scala throws checked
        // exceptions too.
        worker.close();
        synchronized (this) {
          lent--;
          closeImages();
        }
      }
    }
  }

  private synchronized TaskWorker take(TaskSettings settings) {
    touch();
    lent++;
    return idle.isEmpty() ? new TaskWorker(settings, this) : idle.pop();
  }

  private synchronized void giveBack(TaskWorker worker) {
    touch();
    lent--;
    if (closed) {
      worker.close();
      closeImages();
    } else {
      idle.push(worker);
    }
  }

  Packing packing() {
    return packing;
  }

  /**
   * The images of the run in this JVM.
   *
   * @param heapShare share of the heap that they may take
   */
  synchronized ImageStore images(double heapShare) {
    ImageStore store = images;
    if (store == null) {
      store = ImageStore.onSparksDisks((long) (heapShare * Runtime.getRuntime().maxMemory()));
      images = store;
    }
    return store;
  }

  /** A mapped file that a task still reads cannot be let go of. */
  private void closeImages() {
    if (closed && lent == 0 && images != null) {
      images.close();
    }
  }

  /** Where a driver and tasks in one JVM hand each other objects as they are. */
  LocalObjects localObjects() {
    return localObjects;
  }

  /** The compact networks of the run, so that a round makes the layout of a mask once. */
  synchronized CompactNetworks networks(TaskSettings settings) {
    CompactNetworks made = networks;
    if (made == null) {
      made = new CompactNetworks(settings.network());
      networks = made;
    }
    return made;
  }

  /** What a key of the run stands for; unpacked once, and kept as long as the run. */
  @SuppressWarnings("unchecked") // a key belongs to one value
  synchronized <T> T lasting(String key, Supplier<byte[]> packed) {
    Object value = unpacked.get(key);
    if (value == null) {
      value = packing.unpack(packed.get());
      unpacked.put(key, value);
    }
    return (T) value;
  }

  /** What a key of the job at hand stands for; unpacked once, and kept until the next job. */
  @SuppressWarnings("unchecked") // a key belongs to one value
  synchronized <T> T ofJob(String key, Supplier<byte[]> packed) {
    Object value = current;
    if (value == null || !currentKey.equals(key)) {
      value = packing.unpack(packed.get());
      current = value;
      currentKey = key;
    }
    return (T) value;
  }

  synchronized void touch() {
    lastUsed = System.nanoTime();
  }

  synchronized boolean isIdleFor(Duration time) {
    return !openedByDriver && System.nanoTime() - lastUsed >= time.toNanos();
  }

  /** What it holds here, but for native memory. */
  synchronized ExecutorLoad load() {
    ImageStore store = images;
    return store == null
        ? new ExecutorLoad(lent, 0, 0, 0, 0)
        : new ExecutorLoad(lent, store.images(), store.heapBytes(), store.mappedBytes(), 0);
  }

  /** Workers that no task uses. */
  synchronized int idleWorkers() {
    return idle.size();
  }

  /** Frees all of it; a worker that is lent out is freed when it comes back. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(TaskWorker::close);
    idle.clear();
    unpacked.clear();
    closeImages();
    current = null;
    networks = null;
    localObjects.closeAll();
  }
}
