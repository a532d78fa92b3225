package io.coppice.spark;

/** Is told how a run gets on, on the driver's thread. */
public interface RunListener {

  /**
   * A part of the run begins.
   *
   * @param phase what it does, such as {@code train}
   * @param rounds number of rounds it will take; 0 where it takes none
   */
  void phaseStarted(String phase, long rounds);

  void roundEnded(RoundReport report);

  void epochEnded(EpochReport report);
}
