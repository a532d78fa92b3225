package io.coppice.ml;

import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A model that is sent to the executors once, when it is first needed there. Spark lets go of it
 * when nobody refers to it any more.
 */
final class SharedModel {

  private final CompactModel model;
  private @Nullable Broadcast<byte[]> sent;
  private @Nullable JavaSparkContext to;

  SharedModel(CompactModel model) {
    this.model = model;
  }

  /** The model. */
  CompactModel model() {
    return model;
  }

  /** Its file, on the executors of a session. */
  synchronized Broadcast<byte[]> on(SparkSession session) {
    Broadcast<byte[]> broadcast = sent;
    JavaSparkContext spark = to;
    if (broadcast == null || spark == null || spark.sc() != session.sparkContext()) {
      spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      broadcast = spark.broadcast(ModelFile.toBytes(model));
      sent = broadcast;
      to = spark;
    }
    return broadcast;
  }
}
