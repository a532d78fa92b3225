package io.coppice.spark;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Takes what every round repeats out of the logs. A logger that the JVM's own logging configuration
 * names keeps the level that it has there.
 */
public final class QuietLogging {

  /** Set to {@code false}, executors log what Spark logs. */
  static final String EXECUTORS = "spark.coppice.quietExecutors";

  /** What logs several lines for every task, broadcast and set of images on an executor. */
  private static final List<String> EVERY_ROUND =
      List.of(
          "org.apache.spark.MapOutputTrackerWorker",
          "org.apache.spark.broadcast.TorrentBroadcast",
          "org.apache.spark.executor.CoarseGrainedExecutorBackend",
          "org.apache.spark.executor.Executor",
          "org.apache.spark.storage.BlockManager",
          "org.apache.spark.storage.ShuffleBlockFetcherIterator",
          "org.apache.spark.storage.memory.MemoryStore");

  /** What Spark calls the driver among its executors. */
  private static final String DRIVER = "driver";

  private QuietLogging() {}

  /**
   * Called by tasks, on the executor that they run on; costs nothing where it was done before.
   * Tasks in the driver's JVM leave its logs alone.
   */
  static void ofExecutor() {
    SparkEnv spark = SparkEnv.get();
    if (!spark.executorId().equals(DRIVER) && spark.conf().getBoolean(EXECUTORS, false)) {
      ofEveryRound();
    }
  }

  static void ofEveryRound() {
    EVERY_ROUND.forEach(name -> quiet(name, Level.WARN));
  }

  /** Asks executors to be quiet, unless the user said otherwise. */
  static void set(SparkConf conf) {
    conf.setIfMissing(EXECUTORS, "true");
  }

  private static void quiet(String name, Level level) {
    if (LogManager.getContext(false) instanceof LoggerContext context
        && !context.getConfiguration().getLoggers().containsKey(name)) {
      Configurator.setLevel(name, level);
    }
  }
}
