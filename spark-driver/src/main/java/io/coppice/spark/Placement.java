package io.coppice.spark;

import io.coppice.shards.ImageRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.storage.BlockManagerId;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Which executor has which images, and so where tasks should run: where their images are, unless an
 * executor would have more than its share of the tasks while others, such as new ones, had fewer.
 * Executors are named as Spark writes the location of an executor's cache.
 */
final class Placement extends SparkListener {

  /** Spark's name of the driver's own executor. */
  private static final String DRIVER = "driver";

  private final boolean local;
  private final Set<String> executors = ConcurrentHashMap.newKeySet();
  private final Map<ImageRange, String> holders = new HashMap<>();

  Placement(SparkContext spark) {
    this.local = spark.isLocal();
    JavaConverters.asJavaCollection(spark.env().blockManager().master().getMemoryStatus().keys())
        .forEach(this::add);
  }

  private void add(BlockManagerId id) {
    if (local || !id.executorId().equals(DRIVER)) {
      executors.add(location(id.host(), id.executorId()));
    }
  }

  /** An executor, as Spark writes the location of its cache. */
  static String location(String host, String executorId) {
    return "executor_" + host + "_" + executorId;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    executors.add(location(added.executorInfo().executorHost(), added.executorId()));
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    executors.removeIf(executor -> executor.endsWith("_" + removed.executorId()));
  }

  /** Where each task of a job should run; empty names: anywhere. */
  List<String> prefer(List<List<ImageRange>> imagesOfTasks) {
    List<@Nullable String> holding = new ArrayList<>();
    for (List<ImageRange> images : imagesOfTasks) {
      holding.add(images.isEmpty() ? null : holders.get(images.get(0)));
    }
    return assign(holding, new TreeSet<>(executors));
  }

  /** Whether all that the tasks of a job read was loaded somewhere. */
  boolean holdsAll(List<List<ImageRange>> imagesOfTasks) {
    return imagesOfTasks.stream().flatMap(List::stream).allMatch(holders::containsKey);
  }

  /** Learns where a task ran. */
  void held(List<ImageRange> images, String executor) {
    images.forEach(range -> holders.put(range, executor));
  }

  /**
   * Spreads tasks evenly, moving as few as possible.
   *
   * @param holding where each task's images are; null: nowhere
   * @param executors that are there
   * @return where each should run; empty names where there is no executor
   */
  static List<String> assign(List<@Nullable String> holding, Set<String> executors) {
    List<String> assigned = new ArrayList<>(holding.stream().map(unused -> "").toList());
    if (executors.isEmpty()) {
      return assigned;
    }
    int share = (holding.size() + executors.size() - 1) / executors.size();
    Map<String, Integer> tasks = new TreeMap<>();
    executors.forEach(executor -> tasks.put(executor, 0));
    for (int task = 0; task < holding.size(); task++) {
      String holder = holding.get(task);
      if (holder != null && tasks.getOrDefault(holder, share) < share) {
        assigned.set(task, holder);
        tasks.merge(holder, 1, Integer::sum);
      }
    }
    for (int task = 0; task < assigned.size(); task++) {
      if (assigned.get(task).isEmpty()) {
        String idlest =
            tasks.entrySet().stream()
                .min(Comparator.comparingInt(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
        assigned.set(task, idlest);
        tasks.merge(idlest, 1, Integer::sum);
      }
    }
    return assigned;
  }
}
