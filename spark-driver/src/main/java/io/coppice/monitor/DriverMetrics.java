package io.coppice.monitor;

import com.codahale.metrics.Gauge;
import io.coppice.report.RunObservers;
import io.coppice.report.RunObservers.RunObserver;
import io.coppice.spark.ExecutorLoad;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.jspecify.annotations.Nullable;

/** The driver's metrics: of every run while it goes on, and of every executor while it is there. */
final class DriverMetrics implements DriverPlugin {

  private @Nullable RunObserver observer;
  private @Nullable ExecutorGauges executors;

  DriverMetrics() {}

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    RunSlots slots = new RunSlots();
    RunObserver everyRun = () -> new RunGauges(context.metricRegistry(), slots);
    ExecutorGauges everyExecutor = new ExecutorGauges(context.metricRegistry());
    context.metricRegistry().register("runs", (Gauge<Integer>) slots::taken);
    if (spark.isLocal()) {
      ExecutorGauges.register(context.metricRegistry(), "", ExecutorLoad::ofThisJvm);
    }
    RunObservers.ofThisJvm().add(everyRun);
    spark.addSparkListener(
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            everyExecutor.remove(removed.executorId());
          }
        });
    observer = everyRun;
    executors = everyExecutor;
    return Map.of();
  }

  @Override
  public @Nullable Object receive(Object message) {
    if (executors != null && message instanceof ExecutorMessage told) {
      executors.update(told);
    }
    return null;
  }

  @Override
  public void shutdown() {
    if (observer != null) {
      RunObservers.ofThisJvm().remove(observer);
    }
  }
}
