package io.coppice.monitor;

import io.coppice.spark.ExecutorLoad;
import java.io.Serializable;

/**
 * What an executor tells the driver of itself, by Spark's own channel for plugins.
 *
 * @param executor its id
 * @param load what it holds and does
 */
record ExecutorMessage(String executor, ExecutorLoad load) implements Serializable {
  private static final long serialVersionUID = 1L;
}
