package io.coppice.spark;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** What the jobs did of which tasks came to an unusual end. */
public final class TaskEnds extends SparkListener {

  private static final Queue<String> LOST = new ConcurrentLinkedQueue<>();
  private static final Queue<String> OVERTAKEN = new ConcurrentLinkedQueue<>();

  private final Map<Integer, String> stages = new ConcurrentHashMap<>();

  static void forget() {
    LOST.clear();
    OVERTAKEN.clear();
  }

  /** Description of the job of a round of a {@link SmallRun}, from 0; the first two probe. */
  static String round(int number) {
    return "Coppice: epoch "
        + (number / 3 + 1)
        + " of 2, round "
        + (number + 1)
        + " of 6, train"
        + (number < 2 ? " and probe" : "");
  }

  /** Descriptions of the jobs whose tasks were lost with their executors. */
  static Queue<String> lost() {
    return LOST;
  }

  /** Descriptions of the jobs in which a copy of a task was done before the task itself. */
  static Queue<String> overtaken() {
    return OVERTAKEN;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    stages.put(
        submitted.stageInfo().stageId(),
        submitted.properties().getProperty("spark.job.description", ""));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd ended) {
    String job = stages.getOrDefault(ended.stageId(), "");
    if (ended.reason() instanceof ExecutorLostFailure) {
      LOST.add(job);
    } else if (ended.taskInfo().speculative() && ended.taskInfo().successful()) {
      OVERTAKEN.add(job);
    }
  }
}
