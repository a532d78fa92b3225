package io.coppice.spark;

import java.io.Serializable;

/**
 * Is called on the executor before a shard's steps. Where tests make things go wrong; runs use
 * {@link #NONE}.
 */
interface StepHook extends Serializable {

  StepHook NONE = (round, shard, attempt) -> {};

  /**
   * @param round number of the round within its phase
   * @param attempt how often the task was tried before
   */
  void beforeSteps(long round, int shard, int attempt);
}
