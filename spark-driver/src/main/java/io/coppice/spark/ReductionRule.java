package io.coppice.spark;

import io.coppice.config.RunConfig.Reduce;

/**
 * Where the sums of a round's shards are added up. No bit depends on it.
 *
 * @param configured what the configuration says
 * @param local whether the tasks run in the driver's JVM, which hands over its shards' sums by
 *     reference
 */
record ReductionRule(Reduce configured, boolean local) {

  /**
   * What the driver may receive besides one sum before executors add up instead: a second stage has
   * a price of its own in every round, which small sums do not earn back. A choice, not a fit.
   */
  static final long LARGEST_EXCESS_BYTES = 32 << 20;

  /**
   * Whether executors should do it.
   *
   * @param shards number of shards
   * @param bytes of the sums of each
   */
  boolean onExecutors(int shards, long bytes) {
    return switch (configured) {
      case DRIVER -> false;
      case EXECUTORS -> true;
      case AUTO -> !local && (shards - 1) * bytes > LARGEST_EXCESS_BYTES;
    };
  }
}
