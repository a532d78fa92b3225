package io.coppice.spark;

import io.coppice.reduction.FloatBytes;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import org.apache.spark.util.SizeEstimator;

/** How large things are when they travel, also where they need not. */
final class TravelSize {

  private TravelSize() {}

  /** Bytes, to within those of headers. */
  static long of(Object value) {
    float[] numbers =
        value instanceof RoundWork work
            ? work.parameters()
            : value instanceof ShardOutcome outcome ? outcome.sums().gradient() : new float[0];
    int bytes = FloatBytes.precision(numbers, 0, numbers.length).bytes();
    return SizeEstimator.estimate(value) - (long) numbers.length * (Float.BYTES - bytes);
  }
}
