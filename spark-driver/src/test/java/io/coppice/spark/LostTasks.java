package io.coppice.spark;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** What the jobs did whose tasks were lost with their executors. */
public final class LostTasks extends SparkListener {

  private static final Queue<String> LOST = new ConcurrentLinkedQueue<>();

  private final Map<Integer, String> stages = new ConcurrentHashMap<>();

  static void forget() {
    LOST.clear();
  }

  /** The jobs' descriptions. */
  static Queue<String> ofJobs() {
    return LOST;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    stages.put(
        submitted.stageInfo().stageId(),
        submitted.properties().getProperty("spark.job.description", ""));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd ended) {
    if (ended.reason() instanceof ExecutorLostFailure) {
      LOST.add(stages.getOrDefault(ended.stageId(), ""));
    }
  }
}
