package io.coppice.spark;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Something that the driver hands to the tasks of a run, to be read only. What is small travels
 * with the tasks' own description, which Spark sends to every executor once anyway; what is large
 * is broadcast by itself. Where the tasks run in the driver's JVM ({@code local[N]}), nothing is
 * packed at all.
 */
final class Handout<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Spark warns of descriptions of more than 1,000 KiB. */
  private static final int LARGEST_INLINE = 900 << 10;

  private final String key;
  private final boolean lasting;
  private final long bytes;
  private final byte @Nullable [] inline;
  private final @Nullable Broadcast<byte[]> broadcast;

  private Handout(
      String key,
      boolean lasting,
      long bytes,
      byte @Nullable [] inline,
      @Nullable Broadcast<byte[]> broadcast) {
    this.key = key;
    this.lasting = lasting;
    this.bytes = bytes;
    this.inline = inline;
    this.broadcast = broadcast;
  }

  /**
   * Hands something out.
   *
   * @param run what the run keeps in the driver's JVM
   * @param key different for everything that the run hands out
   * @param lasting whether tasks of several jobs read it; else it belongs to one job
   */
  static <T> Handout<T> of(
      JavaSparkContext spark, RunInJvm run, String key, T value, boolean lasting) {
    long bytes = TravelSize.of(value);
    if (spark.isLocal()) {
      run.localObjects().open(key, value);
      return new Handout<>(key, lasting, bytes, null, null);
    }
    byte[] packed = run.packing().pack(value);
    return !lasting && packed.length <= LARGEST_INLINE
        ? new Handout<>(key, lasting, bytes, packed, null)
        : new Handout<>(key, lasting, bytes, null, spark.broadcast(packed));
  }

  /** Size of what travels to every executor, to within the few bytes of headers. */
  long bytes() {
    return bytes;
  }

  String key() {
    return key;
  }

  /** It, for a task. */
  @SuppressWarnings("unchecked") // a key belongs to one value
  T value(RunInJvm run) {
    if (inline == null && broadcast == null) {
      return (T) run.localObjects().work(key);
    }
    return lasting ? run.lasting(key, this::packed) : run.ofJob(key, this::packed);
  }

  private byte[] packed() {
    if (inline != null) {
      return inline;
    }
    if (broadcast == null) {
      throw new IllegalStateException(key + " is not packed");
    }
    return broadcast.value();
  }

  /** Lets go of it everywhere; where Spark has stopped, that is done. */
  void close(JavaSparkContext spark, RunInJvm run) {
    run.localObjects().close(key);
    if (broadcast != null && !spark.sc().isStopped()) {
      broadcast.destroy();
    }
  }
}
