package io.coppice.spark;

import org.jspecify.annotations.Nullable;

/**
 * The executors did not do a piece of work, after all of Spark's retries or within its deadline.
 */
public final class ClusterLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ClusterLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
