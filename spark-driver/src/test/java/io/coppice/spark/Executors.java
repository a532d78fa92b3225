package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;

/** The executors of the session at hand. */
final class Executors {

  private static final int PATIENCE_SECONDS = 90;

  private Executors() {}

  /** Waits until there are so many. */
  static void await(int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (count() != count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    assertThat(count()).isEqualTo(count);
  }

  /** The driver is counted among them by Spark. */
  static int count() {
    return SparkContext.getOrCreate().statusTracker().getExecutorInfos().length - 1;
  }
}
