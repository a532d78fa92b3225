package io.coppice.compact;

/** Where batch norms take their statistics from, and whether a backward pass follows. */
enum Mode {
  /** Statistics of the minibatch; everything the backward pass needs is kept. */
  TRAINING,
  /** Statistics of the minibatch; nothing is kept. */
  BATCH_STATISTICS,
  /** Given statistics; nothing is kept. */
  RUNNING_STATISTICS
}
