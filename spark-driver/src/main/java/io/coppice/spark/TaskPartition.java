package io.coppice.spark;

import org.apache.spark.Partition;

/**
 * One task of a job.
 *
 * @param index number of the task
 */
record TaskPartition(int index) implements Partition {}
