package io.coppice.cli;

import io.coppice.spark.RunEnd;

/** A command of a run that may end before the run itself can leave word of that. */
interface LeavesOutcome {

  /** Leaves it, unless the run has done so, or the place is somebody else's. */
  void leave(RunEnd end);
}
