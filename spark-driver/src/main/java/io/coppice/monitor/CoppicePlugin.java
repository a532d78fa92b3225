package io.coppice.monitor;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Puts into Spark's metrics system how the runs of a session get on, for whatever sinks it has:
 * {@code spark.plugins=io.coppice.monitor.CoppicePlugin}. No run needs it.
 */
public final class CoppicePlugin implements SparkPlugin {

  /** Made by Spark. */
  public CoppicePlugin() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverMetrics();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorMetrics();
  }
}
