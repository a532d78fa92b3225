package io.coppice.shards;

import org.apache.spark.Partition;

/** A part of the order of images, as Spark numbers it. */
record Bucket(int index) implements Partition {}
