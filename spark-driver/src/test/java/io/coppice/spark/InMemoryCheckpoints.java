package io.coppice.spark;

import io.coppice.storage.Checkpoint;
import io.coppice.storage.Checkpoints;
import java.util.Optional;

/** Keeps the checkpoint after one certain round, in memory. */
final class InMemoryCheckpoints implements Checkpoints {

  private final long due;
  private Optional<Checkpoint> last = Optional.empty();

  InMemoryCheckpoints(long due) {
    this.due = due;
  }

  @Override
  public boolean isDue(long number) {
    return number == due;
  }

  @Override
  public void save(Checkpoint checkpoint) {
    if (checkpoint.number() == due) {
      last = Optional.of(checkpoint);
    }
  }

  @Override
  public void saveNow(Checkpoint checkpoint) {
    last = Optional.of(checkpoint);
  }

  @Override
  public Optional<Checkpoint> last() {
    return last;
  }
}
