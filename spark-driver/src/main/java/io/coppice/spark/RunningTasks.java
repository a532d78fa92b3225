package io.coppice.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.status.api.v1.ThreadStackTrace;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Which tasks run where, to say what a job that does not end is waiting for; and which took their
 * executors with them. Spark counts a task's failures anew whenever images that were lost with an
 * executor have to be made again, so that here is counted how often a task crashed its executor in
 * one job.
 */
final class RunningTasks extends SparkListener {

  private static final String TASK_THREAD = "Executor task launch worker";
  private static final int SHOWN_FRAMES = 12;
  private static final int SPARKS_MOST_FAILURES = 4;

  private final SparkContext spark;
  private final int mostCrashes;
  private final Map<Long, TaskInfo> running = new ConcurrentHashMap<>();
  private final Set<String> executors = ConcurrentHashMap.newKeySet();

  /** A task of a job. */
  private record JobTask(int job, int index) {}

  private final Map<Integer, Integer> jobOfStage = new ConcurrentHashMap<>();
  private final Map<JobTask, Integer> crashes = new ConcurrentHashMap<>();
  private final Map<Integer, String> crashed = new ConcurrentHashMap<>();

  RunningTasks(SparkContext spark) {
    this.spark = spark;
    this.mostCrashes = spark.getConf().getInt("spark.task.maxFailures", SPARKS_MOST_FAILURES);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    JavaConverters.asJavaCollection(start.stageIds())
        .forEach(stage -> jobOfStage.put((Integer) stage, start.jobId()));
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    jobOfStage.values().removeIf(job -> job == end.jobId());
    crashes.keySet().removeIf(task -> task.job() == end.jobId());
  }

  /** What is to be said of a job that was ended because of a task; empty: nothing. */
  String crashed(FutureAction<?> job) {
    return JavaConverters.asJavaCollection(job.jobIds()).stream()
        .map(id -> crashed.getOrDefault((Integer) id, ""))
        .collect(Collectors.joining());
  }

  private void count(SparkListenerTaskEnd end, ExecutorLostFailure lost) {
    Integer job = jobOfStage.get(end.stageId());
    if (job == null || !lost.exitCausedByApp()) {
      return;
    }
    int times = crashes.merge(new JobTask(job, end.taskInfo().partitionId()), 1, Integer::sum);
    if (times >= mostCrashes) {
      crashed.put(
          job,
          "Task "
              + end.taskInfo().partitionId()
              + " in stage "
              + end.stageId()
              + " failed "
              + times
              + " times, and its executor with it, the last time: "
              + lost.toErrorString());
      spark.cancelJob(job, "a task crashed its executor too often");
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    TaskInfo task = start.taskInfo();
    running.put(task.taskId(), task);
    executors.add(Placement.location(task.host(), task.executorId()));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    if (end.reason() instanceof ExecutorLostFailure lost) {
      count(end, lost);
    }
  }

  /** Executors that had tasks, as Spark writes the location of an executor's cache. */
  List<String> executors() {
    return executors.stream().sorted().toList();
  }

  /** The tasks that run, with the stacks of their executors' threads. */
  String describe() {
    List<String> lines = new ArrayList<>();
    for (TaskInfo task : running.values()) {
      lines.add(
          "task "
              + task.partitionId()
              + " (attempt "
              + task.attemptNumber()
              + ") on executor "
              + task.executorId()
              + " of "
              + task.host()
              + ":");
      lines.add(threadsOf(task));
    }
    return lines.isEmpty() ? "no task runs: is there an executor?" : String.join("\n", lines);
  }

  private String threadsOf(TaskInfo task) {
    Option<ThreadStackTrace[]> threads = spark.getExecutorThreadDump(task.executorId());
    if (threads.isEmpty()) {
      return "    its executor does not answer";
    }
    List<String> stacks = new ArrayList<>();
    for (ThreadStackTrace thread : threads.get()) {
      if (thread.threadName().startsWith(TASK_THREAD)
          && thread.threadName().contains("TID " + task.taskId() + ")")) {
        stacks.add(
            JavaConverters.seqAsJavaList(thread.stackTrace().elems()).stream()
                .limit(SHOWN_FRAMES)
                .map(frame -> "    " + frame)
                .collect(Collectors.joining("\n")));
      }
    }
    return stacks.isEmpty() ? "    it has no thread" : String.join("\n", stacks);
  }
}
