package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.config.ConfigException;
import io.coppice.storage.Checkpoint;
import java.io.IOException;
import java.util.function.Supplier;

/** Keeps the state of a run at the places from which it can go on, and ends it there on demand. */
final class StateKeeper {

  private final Continuation continuation;
  private final RunState state;
  private final InstructionSets instructionSets;
  private final StopRequest stop;

  StateKeeper(
      Continuation continuation,
      RunState state,
      InstructionSets instructionSets,
      StopRequest stop) {
    this.continuation = continuation;
    this.state = state;
    this.instructionSets = instructionSets;
    this.stop = stop;
  }

  /** Keeps the state where that is due. */
  void reached(Phase phase, Position position) throws IOException {
    endIfAsked(phase, position);
    if (continuation.checkpoints().isDue(state.totals().rounds())) {
      continuation.checkpoints().save(checkpoint(phase, position));
    }
  }

  /** Keeps the state between two phases. */
  void enter(Phase phase) throws IOException {
    endIfAsked(phase, Position.START);
    continuation.checkpoints().save(checkpoint(phase, Position.START));
  }

  private void endIfAsked(Phase phase, Position position) {
    if (stop.isMade()) {
      StoppedException stopped =
          stop.exception("stopped after round " + state.totals().rounds() + ", as asked");
      keepBefore(stopped, phase, position);
      throw stopped;
    }
  }

  /** Has the executors do something; where they do not, the state as it is is kept. */
  <T> T keeping(Phase phase, Position position, Supplier<T> job) {
    try {
      return job.get();
    } catch (StoppedException | ClusterLostException | TaskFailedException e) {
      keepBefore(e, phase, position);
      throw e;
    } catch (ConfigException e) {
      // Of an executor that joined later; a run that never began leaves nothing behind.
      if (state.totals().rounds() > 0) {
        keepBefore(e, phase, position);
      }
      throw e;
    }
  }

  /** What ends the run stays what ends it, also where the state cannot be kept. */
  private void keepBefore(RuntimeException end, Phase phase, Position position) {
    try {
      continuation.checkpoints().saveNow(checkpoint(phase, position));
    } catch (IOException | RuntimeException notKept) {
      end.addSuppressed(notKept);
    }
  }

  /** No run can go on from weights that are not finite. */
  private Checkpoint checkpoint(Phase phase, Position position) {
    state.model().requireFinite(state.totals().rounds());
    return state.checkpoint(phase, position, instructionSets.names());
  }
}
