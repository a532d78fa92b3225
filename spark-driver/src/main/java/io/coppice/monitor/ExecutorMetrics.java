package io.coppice.monitor;

import io.coppice.spark.ExecutorLoad;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor's metrics, in its own system, and told to the driver, where whoever scrapes that
 * finds them too. In local mode they are among the driver's own.
 */
final class ExecutorMetrics implements ExecutorPlugin {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMetrics.class);
  private static final int FIRST_SECONDS = 1;
  private static final int PERIOD_SECONDS = 5;

  private @Nullable ScheduledThreadPoolExecutor teller;

  ExecutorMetrics() {}

  @Override
  public void init(PluginContext context, Map<String, String> fromDriver) {
    if (context.executorID().equals(SparkContext$.MODULE$.DRIVER_IDENTIFIER())) {
      return;
    }
    ExecutorGauges.register(context.metricRegistry(), "", ExecutorLoad::ofThisJvm);
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "coppice-executor-metrics");
              made.setDaemon(true);
              return made;
            });
    var unused =
        thread.scheduleWithFixedDelay(
            () -> tell(context), FIRST_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    teller = thread;
  }

  private static void tell(PluginContext context) {
    try {
      context.send(new ExecutorMessage(context.executorID(), ExecutorLoad.ofThisJvm()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("the driver could not be told of this executor's load", e);
    }
  }

  @Override
  public void shutdown() {
    if (teller != null) {
      teller.shutdownNow();
    }
  }
}
