package io.coppice.spark;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SizeEstimator;
import org.jspecify.annotations.Nullable;

/**
 * What the driver and the tasks of one job hand each other: the same work for all of them, and a
 * result of each. Work that is small travels with the tasks' own description, which Spark sends to
 * every executor once anyway; what is large is broadcast by itself. Where the tasks run in the
 * driver's JVM ({@code local[N]}), nothing is packed at all.
 *
 * @param <W> the work
 * @param <R> a task's result
 */
final class Exchange<W, R> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Spark warns of descriptions of more than 1,000 KiB. */
  private static final int LARGEST_INLINE = 900 << 10;

  /** The last inline work that was unpacked in this JVM: the tasks of a job share it. */
  private static @Nullable Unpacked last;

  private record Unpacked(String key, Object work) {}

  private final String key;
  private final boolean local;
  private final long workBytes;
  private final byte @Nullable [] inline;
  private final @Nullable Broadcast<W> broadcast;

  /**
   * Hands the work out.
   *
   * @param key different for every job
   */
  Exchange(JavaSparkContext spark, String key, W work) {
    this.key = key;
    this.local = spark.isLocal();
    this.workBytes = SizeEstimator.estimate(work);
    if (local) {
      LocalObjects.open(key, work);
    }
    boolean small = workBytes <= LARGEST_INLINE;
    this.inline = !local && small ? Packing.pack(work) : null;
    this.broadcast = !local && !small ? spark.broadcast(work) : null;
  }

  /**
   * Size of the work, and so what travels to every executor, to within the few bytes of headers.
   */
  long workBytes() {
    return workBytes;
  }

  /** The work, for a task; to be read only. */
  @SuppressWarnings("unchecked") // a key belongs to one job
  W work() {
    if (local) {
      return (W) LocalObjects.work(key);
    }
    if (broadcast != null) {
      return broadcast.value();
    }
    synchronized (Exchange.class) {
      if (last == null || !last.key().equals(key)) {
        last = new Unpacked(key, Packing.unpack(Objects.requireNonNull(inline)));
      }
      return (W) last.work();
    }
  }

  /** What a task has Spark carry to the driver: its result, or where that lies. */
  Object send(R result, long attempt) {
    if (!local) {
      return result;
    }
    LocalObjects.putResult(key, attempt, result);
    return attempt;
  }

  /** What a task sent. */
  @SuppressWarnings("unchecked") // of a task of this job
  R receive(Object sent) {
    return (R) (local ? LocalObjects.result(key, (Long) sent) : sent);
  }

  /** Lets go of the work and of the results everywhere; where Spark has stopped, that is done. */
  void close(JavaSparkContext spark) {
    LocalObjects.close(key);
    if (broadcast != null && !spark.sc().isStopped()) {
      broadcast.destroy();
    }
  }
}
