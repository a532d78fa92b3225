package io.coppice.spark;

import io.coppice.data.ImageSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** The images of a run where its tasks find them. */
final class RunImages implements AutoCloseable {

  private final JavaSparkContext spark;
  private final List<Broadcast<ImageSet>> shards = new ArrayList<>();
  private final Broadcast<ImageSet> heldBack;
  private final Broadcast<ImageSet> test;

  RunImages(JavaSparkContext spark, RunSetup setup) {
    this.spark = spark;
    for (ImageSet shard : setup.partition().shards()) {
      shards.add(spark.broadcast(shard));
    }
    this.heldBack = spark.broadcast(setup.partition().heldBack());
    this.test = spark.broadcast(setup.dataset().test());
  }

  List<Broadcast<ImageSet>> shards() {
    return shards;
  }

  Broadcast<ImageSet> heldBack() {
    return heldBack;
  }

  Broadcast<ImageSet> test() {
    return test;
  }

  /** Lets go of them; where Spark has stopped, that is done. */
  @Override
  public void close() {
    if (!spark.sc().isStopped()) {
      shards.forEach(Broadcast::destroy);
      heldBack.destroy();
      test.destroy();
    }
  }
}
