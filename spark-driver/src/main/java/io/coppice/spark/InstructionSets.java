package io.coppice.spark;

import io.coppice.report.RunListener;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The instruction sets of the processors that a run was computed on, on which its bits depend. Says
 * so when there is more than one.
 */
final class InstructionSets {

  private final RunListener listener;
  private final SortedSet<String> seen;

  /**
   * @param before those of the rounds that the run goes on from
   */
  InstructionSets(RunListener listener, Collection<String> before) {
    this.listener = listener;
    this.seen = new TreeSet<>(before);
  }

  /** Adds those of the workers that did a job. */
  void add(Collection<String> ofJob) {
    if (seen.addAll(ofJob) && seen.size() > 1) {
      listener.cautioned(
          "this run is computed on processors of different instruction sets ("
              + String.join(", ", seen)
              + "): its result will not have the bits of another run of the same command. Executors of one kind give the"
              + " same bits, and so does the oldest kind's instruction set on all of them, such as"
              + " --conf spark.executorEnv.ONEDNN_MAX_CPU_ISA=AVX2");
    }
  }

  /** All of them, in the order of their names. */
  List<String> names() {
    return List.copyOf(seen);
  }
}
