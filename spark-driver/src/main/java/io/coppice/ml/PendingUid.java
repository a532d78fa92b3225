package io.coppice.ml;

import org.jspecify.annotations.Nullable;

/**
 * The uid of a stage that is being made. Constructors of Spark ML ask for {@code uid()} before a
 * field of a class in Java can have a value.
 */
final class PendingUid {

  private static final ThreadLocal<@Nullable String> PENDING = new ThreadLocal<>();

  private PendingUid() {}

  /** Holds it until the constructor that is called with what this returns has ended. */
  static PendingUid hold(String uid) {
    PENDING.set(uid);
    return new PendingUid();
  }

  /** Which one is held, by the constructor that runs in this thread. */
  static String held() {
    String uid = PENDING.get();
    if (uid == null) {
      throw new IllegalStateException("no stage is being made in this thread");
    }
    return uid;
  }

  /** Lets go of it. */
  static String release() {
    String uid = held();
    PENDING.remove();
    return uid;
  }
}
