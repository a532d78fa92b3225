package io.coppice.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Has executors free what a run holds there: one task for each, which prefers it. */
final class RunEndRdd extends JobRdd {

  private static final long serialVersionUID = 1L;

  private final String runId;
  private final String[] executors;

  /**
   * @param executors where they are, as Spark writes the location of an executor's cache
   */
  RunEndRdd(SparkContext spark, String runId, List<String> executors) {
    super(spark, List.of());
    this.runId = runId;
    this.executors = executors.toArray(String[]::new);
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, executors.length)
        .mapToObj(index -> new TaskPartition(index, List.of()))
        .toArray(Partition[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return JavaConverters.asScalaBuffer(List.of(executors[split.index()])).toSeq();
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    LiveRuns.ofThisJvm().end(runId);
    return Iterator$.MODULE$.single(new byte[0]);
  }
}
