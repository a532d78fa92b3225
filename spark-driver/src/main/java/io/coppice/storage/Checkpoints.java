package io.coppice.storage;

import java.io.IOException;
import java.util.Optional;

/** Where a run puts its checkpoints, and finds the last one again. */
public interface Checkpoints {

  /** Keeps none. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public boolean isDue(long number) {
          return false;
        }

        @Override
        public void save(Checkpoint checkpoint) {
          // Nothing is kept.
        }

        @Override
        public void saveNow(Checkpoint checkpoint) {
          // Nothing is kept.
        }

        @Override
        public Optional<Checkpoint> last() {
          return Optional.empty();
        }
      };

  /** Whether a checkpoint should be made after so many rounds, and the last one is written. */
  boolean isDue(long number) throws IOException;

  /** Begins to write a checkpoint, and returns at once. */
  void save(Checkpoint checkpoint) throws IOException;

  /** Writes a checkpoint, and returns when it is on the file system. */
  void saveNow(Checkpoint checkpoint) throws IOException;

  /** The last checkpoint that was written. */
  Optional<Checkpoint> last() throws IOException;
}
