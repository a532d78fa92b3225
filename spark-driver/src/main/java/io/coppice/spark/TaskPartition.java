package io.coppice.spark;

import io.coppice.shards.ImageRange;
import java.util.List;
import org.apache.spark.Partition;

/**
 * One task of a job.
 *
 * @param index number of the task
 * @param images that it reads
 */
record TaskPartition(int index, List<ImageRange> images) implements Partition {}
