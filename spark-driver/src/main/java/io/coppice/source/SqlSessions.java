package io.coppice.source;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Sessions to read tables with. They know what the program's session knows (settings, catalogues,
 * temporary views), if there is one, and leave it and the default session alone.
 */
final class SqlSessions {

  /**
   * Rows that columnar readers hold at once. Spark's own 4096 are for rows of some hundred bytes;
   * so many images do not fit into an executor.
   */
  private static final int ROWS_OF_A_BATCH = 64;

  private static final String[] BATCHES = {
    "spark.sql.parquet.columnarReaderBatchSize", "spark.sql.orc.columnarReaderBatchSize"
  };

  /** Of a context that has no session of its own; what it adds to a context is added once. */
  private static @Nullable SparkSession own;

  private SqlSessions() {}

  /** A new session. */
  static SparkSession on(JavaSparkContext spark) {
    SparkSession session = base(spark).cloneSession();
    for (String batch : BATCHES) {
      if (!session.conf().contains(batch)) {
        session.conf().set(batch, ROWS_OF_A_BATCH);
      }
    }
    return session;
  }

  private static synchronized SparkSession base(JavaSparkContext spark) {
    for (Option<SparkSession> given :
        java.util.List.of(SparkSession.getActiveSession(), SparkSession.getDefaultSession())) {
      if (given.isDefined() && given.get().sparkContext() == spark.sc()) {
        return given.get();
      }
    }
    SparkSession session = own;
    if (session == null || session.sparkContext() != spark.sc()) {
      session = new SparkSession(spark.sc());
      own = session;
    }
    return session;
  }
}
