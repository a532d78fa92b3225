package io.coppice.spark;

import io.coppice.onednn.Precision;
import io.coppice.onednn.UnsupportedPrecisionException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/** Asks the processors of the executors whether they compute in a precision. */
final class PrecisionRdd extends JobRdd {

  private static final long serialVersionUID = 1L;

  private final Precision precision;
  private final int tasks;

  private PrecisionRdd(SparkContext spark, Precision precision) {
    super(spark, List.of());
    this.precision = precision;
    this.tasks = Math.max(1, spark.defaultParallelism());
  }

  /**
   * Requires it before anything else is done.
   *
   * @throws io.coppice.config.ConfigException if some processor would only emulate it
   */
  static void require(SparkJobs jobs, Precision precision) {
    if (precision == Precision.FLOAT32) {
      return;
    }
    if (!jobs.spark().isLocal()) {
      jobs.run("asking what processors can do", new PrecisionRdd(jobs.spark().sc(), precision));
      return;
    }
    try {
      UnsupportedPrecisionException.requireSupported(precision);
    } catch (UnsupportedPrecisionException refused) {
      throw JobFailure.unsupported(refused);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks)
        .mapToObj(index -> new TaskPartition(index, List.of()))
        .toArray(Partition[]::new);
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    UnsupportedPrecisionException.requireSupported(precision);
    return Iterator$.MODULE$.single(new byte[0]);
  }
}
