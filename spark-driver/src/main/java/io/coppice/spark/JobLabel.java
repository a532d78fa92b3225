package io.coppice.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * What Spark calls the jobs that this thread submits, until it is closed: their description, and
 * their group where the thread has none of its own. Everything else that the thread set for its
 * jobs holds, such as {@code spark.scheduler.pool}, and what was there before is there afterwards.
 */
public final class JobLabel implements AutoCloseable {

  private static final String COPPICE = "Coppice";
  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private final JavaSparkContext spark;
  private final Map<String, @Nullable String> before = new LinkedHashMap<>();

  private JobLabel(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Labels the thread's jobs, such as {@code Coppice run7 (resnet20): choose, the evaluation of 10
   * masks} in the group {@code Coppice run7}.
   *
   * @param run name of the run whose they are; empty: of none that has one
   * @param network name of its network; empty: not known yet
   * @param what they do
   */
  public static JobLabel of(JavaSparkContext spark, String run, String network, String what) {
    JobLabel label = new JobLabel(spark);
    String group = run.isEmpty() ? COPPICE : COPPICE + " " + run;
    label.set(DESCRIPTION, group + (network.isEmpty() ? "" : " (" + network + ")") + ": " + what);
    if (spark.getLocalProperty(GROUP) == null) {
      label.set(GROUP, group);
    }
    return label;
  }

  /** The same, with tasks that are interrupted where their job is cancelled. */
  JobLabel interrupting() {
    set(INTERRUPT, "true");
    return this;
  }

  private void set(String key, String value) {
    before.put(key, spark.getLocalProperty(key));
    spark.setLocalProperty(key, value);
  }

  @Override
  public void close() {
    before.forEach(spark::setLocalProperty);
  }
}
