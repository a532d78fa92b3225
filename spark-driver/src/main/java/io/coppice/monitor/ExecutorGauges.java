package io.coppice.monitor;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.coppice.spark.ExecutorLoad;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What executors hold and do, in the metrics of an executor itself or in those of its driver. */
final class ExecutorGauges {

  private static final Map<String, ToLongFunction<ExecutorLoad>> FIGURES =
      Map.of(
          "tasksRunning",
          ExecutorLoad::tasksRunning,
          "imagesHeld",
          ExecutorLoad::imagesHeld,
          "imageHeapBytes",
          ExecutorLoad::imageHeapBytes,
          "imageMappedBytes",
          ExecutorLoad::imageMappedBytes,
          "nativeBytes",
          ExecutorLoad::nativeBytes);

  private final MetricRegistry registry;
  private final Map<String, ExecutorLoad> loads = new ConcurrentHashMap<>();
  private final Set<String> removed = new HashSet<>();

  ExecutorGauges(MetricRegistry registry) {
    this.registry = registry;
  }

  /**
   * Registers an executor's metrics.
   *
   * @param prefix of their names; empty: none
   */
  static void register(MetricRegistry registry, String prefix, Supplier<ExecutorLoad> load) {
    FIGURES.forEach(
        (name, figure) ->
            registry.register(
                MetricRegistry.name(prefix, name),
                (Gauge<Long>) () -> figure.applyAsLong(load.get())));
  }

  /** Takes in what an executor tells. */
  synchronized void update(ExecutorMessage told) {
    String executor = told.executor();
    // What it told last may come after it was lost.
    if (!removed.contains(executor) && loads.put(executor, told.load()) == null) {
      register(registry, prefix(executor), () -> loads.getOrDefault(executor, told.load()));
    }
  }

  /** Forgets an executor. */
  synchronized void remove(String executor) {
    removed.add(executor);
    if (loads.remove(executor) != null) {
      FIGURES
          .keySet()
          .forEach(name -> registry.remove(MetricRegistry.name(prefix(executor), name)));
    }
  }

  private static String prefix(String executor) {
    return "executor" + executor;
  }
}
