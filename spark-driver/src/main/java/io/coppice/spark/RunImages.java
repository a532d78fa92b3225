package io.coppice.spark;

import io.coppice.data.ImageSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** The images of a run where its tasks find them. */
final class RunImages implements AutoCloseable {

  private final JavaSparkContext spark;
  private final RunInJvm run;
  private final List<Handout<ImageSet>> shards = new ArrayList<>();
  private final Handout<ImageSet> heldBack;
  private final Handout<ImageSet> test;

  /**
   * @param run what the run keeps in the driver's JVM
   */
  RunImages(JavaSparkContext spark, RunInJvm run, RunSetup setup) {
    this.spark = spark;
    this.run = run;
    for (ImageSet shard : setup.partition().shards()) {
      shards.add(handOut("shard " + shards.size(), shard));
    }
    this.heldBack = handOut("held back", setup.partition().heldBack());
    this.test = handOut("test", setup.dataset().test());
  }

  private Handout<ImageSet> handOut(String key, ImageSet images) {
    return Handout.of(spark, run, key, images, true);
  }

  List<Handout<ImageSet>> shards() {
    return shards;
  }

  Handout<ImageSet> heldBack() {
    return heldBack;
  }

  Handout<ImageSet> test() {
    return test;
  }

  @Override
  public void close() {
    shards.forEach(shard -> shard.close(spark, run));
    heldBack.close(spark, run);
    test.close(spark, run);
  }
}
