package io.coppice.spark;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;

/** Counts the stages that Spark had to repeat, because something that they had written was lost. */
public final class RepeatedStages extends SparkListener {

  private static final AtomicInteger COUNT = new AtomicInteger();

  static int count() {
    return COUNT.get();
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.stageInfo().attemptNumber() > 0) {
      COUNT.incrementAndGet();
    }
  }
}
