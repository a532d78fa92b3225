package io.coppice.report;

/** The parts of a run, in their order. */
public enum RunPhase {
  /** The timing of rounds, where the budget is one of time. */
  CALIBRATE("calibrate"),
  /** Rounds that learn weights and structure. */
  TRAIN("train"),
  /** The choice of the final mask. */
  CHOOSE("choose"),
  /** Rounds that train the weights of the final mask alone. */
  FINE_TUNE("fine-tune"),
  /** The test of the compact network, and the timing of its steps. */
  MEASURE("measure");

  private final String label;

  RunPhase(String label) {
    this.label = label;
  }

  /** As it stands in messages and in {@code metrics.jsonl}. */
  @Override
  public String toString() {
    return label;
  }
}
