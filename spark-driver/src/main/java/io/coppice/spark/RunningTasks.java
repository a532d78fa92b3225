package io.coppice.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.status.api.v1.ThreadStackTrace;
import scala.Option;
import scala.collection.JavaConverters;

/** Which tasks run where, to say what a job that does not end is waiting for. */
final class RunningTasks extends SparkListener {

  private static final String TASK_THREAD = "Executor task launch worker";
  private static final int SHOWN_FRAMES = 12;

  private final SparkContext spark;
  private final Map<Long, TaskInfo> running = new ConcurrentHashMap<>();
  private final Set<String> executors = ConcurrentHashMap.newKeySet();

  RunningTasks(SparkContext spark) {
    this.spark = spark;
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    TaskInfo task = start.taskInfo();
    running.put(task.taskId(), task);
    executors.add("executor_" + task.host() + "_" + task.executorId());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
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
              + task.index()
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
