package io.coppice.spark;

import io.coppice.config.RunConfig.Reduce;
import io.coppice.plan.Link;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;

/**
 * Where the sums of a round's shards are added up. No bit depends on it.
 *
 * @param configured what the configuration says
 * @param local whether the tasks run in the driver's JVM, which hands over its shards' sums by
 *     reference
 */
public record ReductionRule(Reduce configured, boolean local) {

  private static final Link ASSUMED_LINK = Link.ofGigabits(Link.ASSUMED_GIGABITS);

  private static final RoundModel MODEL = new RoundModel(RoundSpeeds.MEASURED);

  /**
   * Whether executors should do it.
   *
   * @param shards number of shards
   * @param bytes of the sums of each
   */
  public boolean onExecutors(int shards, long bytes) {
    return switch (configured) {
      case DRIVER -> false;
      case EXECUTORS -> true;
      case AUTO -> !local && MODEL.isShorterAddedOnExecutors(shards, bytes, ASSUMED_LINK);
    };
  }
}
