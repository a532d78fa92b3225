package io.coppice.spark;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Something that all tasks of a job read. What is small travels with the tasks' own description,
 * which Spark sends to every executor once anyway; what is large is broadcast by itself.
 */
final class Payload<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Spark warns of descriptions of more than 1,000 KiB. */
  private static final int LARGEST_INLINE = 900 << 10;

  /** The last one that was unpacked in this JVM: the tasks of a job share it. */
  private static @Nullable Unpacked last;

  private record Unpacked(String key, Object value) {}

  private final String key;
  private final int size;
  private final byte @Nullable [] inline;
  private final @Nullable Broadcast<byte[]> broadcast;

  private Payload(
      String key, int size, byte @Nullable [] inline, @Nullable Broadcast<byte[]> broadcast) {
    this.key = key;
    this.size = size;
    this.inline = inline;
    this.broadcast = broadcast;
  }

  /**
   * @param key different for every payload
   */
  static <T> Payload<T> of(JavaSparkContext spark, String key, T value) {
    byte[] bytes = Packing.pack(value);
    return bytes.length <= LARGEST_INLINE
        ? new Payload<>(key, bytes.length, bytes, null)
        : new Payload<>(key, bytes.length, null, spark.broadcast(bytes));
  }

  /** Bytes that travel to every executor. */
  int size() {
    return size;
  }

  /** The thing; to be read only. */
  @SuppressWarnings("unchecked") // a key belongs to one payload
  T value() {
    synchronized (Payload.class) {
      if (last == null || !last.key().equals(key)) {
        byte[] bytes = inline != null ? inline : Objects.requireNonNull(broadcast).value();
        last = new Unpacked(key, Packing.unpack(bytes));
      }
      return (T) last.value();
    }
  }

  /** Lets go of it everywhere; where Spark has stopped, that is done. */
  void release(JavaSparkContext spark) {
    if (broadcast != null && !spark.sc().isStopped()) {
      broadcast.destroy();
    }
  }
}
