package io.coppice.spark;

import io.coppice.storage.Checkpoint;
import io.coppice.storage.Checkpoints;
import java.util.Optional;

/**
 * How a run outlives the process.
 *
 * @param checkpoints where its state is kept
 * @param from the checkpoint that it goes on from; empty for a run from the start
 */
record Continuation(Checkpoints checkpoints, Optional<Checkpoint> from) {

  /** A run from the start that is kept nowhere. */
  static final Continuation NONE = new Continuation(Checkpoints.NONE, Optional.empty());
}
