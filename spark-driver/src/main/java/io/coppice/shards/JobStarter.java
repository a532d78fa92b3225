package io.coppice.shards;

import org.apache.spark.rdd.RDD;

/** Runs Spark jobs whose tasks give some bytes each. */
public interface JobStarter {

  /**
   * Runs one.
   *
   * @param what it does, for messages
   * @return what the tasks gave, in their order
   */
  byte[][] run(String what, RDD<byte[]> job);
}
