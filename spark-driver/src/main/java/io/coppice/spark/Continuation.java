package io.coppice.spark;

import io.coppice.storage.Checkpoint;
import io.coppice.storage.Checkpoints;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a run outlives the process.
 *
 * @param checkpoints where its state is kept
 * @param from the checkpoint that it goes on from; empty for a run from the start
 * @param metrics the lines of {@code metrics.jsonl} so far, which are kept with the state
 */
public record Continuation(
    Checkpoints checkpoints, Optional<Checkpoint> from, Supplier<byte[]> metrics) {

  /** A run from the start that is kept nowhere. */
  public static final Continuation NONE =
      new Continuation(Checkpoints.NONE, Optional.empty(), () -> new byte[0]);
}
