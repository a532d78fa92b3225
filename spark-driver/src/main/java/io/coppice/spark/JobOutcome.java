package io.coppice.spark;

import java.util.List;
import java.util.function.Function;

/**
 * What a job gave, and what it cost.
 *
 * @param results in the order of the tasks
 * @param workers which worker did each task
 * @param bytesOut sent to every executor
 * @param bytesBack received from all tasks
 * @param sendNanos packing and broadcasting
 * @param jobNanos Spark's job, from its submission to its last result
 */
record JobOutcome<R>(
    List<R> results,
    List<String> workers,
    long bytesOut,
    long bytesBack,
    long sendNanos,
    long jobNanos) {

  /** The same where something else was received. */
  JobOutcome<R> withBytesBack(long bytes) {
    return new JobOutcome<>(results, workers, bytesOut, bytes, sendNanos, jobNanos);
  }

  /** The same with something made of every result. */
  <S> JobOutcome<S> map(Function<R, S> function) {
    return new JobOutcome<>(
        results.stream().map(function).toList(), workers, bytesOut, bytesBack, sendNanos, jobNanos);
  }
}
