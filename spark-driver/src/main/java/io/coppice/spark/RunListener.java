package io.coppice.spark;

/** Is told how a run gets on, on the driver's thread. */
public interface RunListener {

  /**
   * A part of the run begins.
   *
   * @param phase what it does, such as {@code train}
   * @param firstRound number of the first round to come; not 0 where the run goes on from a
   *     checkpoint
   * @param rounds number of rounds the whole part has; 0 where it takes none
   */
  void phaseStarted(String phase, long firstRound, long rounds);

  void roundEnded(RoundReport report);

  void epochEnded(EpochReport report);

  /**
   * The training diverged, and goes on from an earlier moment.
   *
   * @param reason how it diverged
   * @param rounds rounds that were taken until that moment
   * @param learningRateFactor by which all learning rates are smaller from there on
   */
  void wentBack(String reason, long rounds, double learningRateFactor);

  /**
   * The run goes on, but somebody should know.
   *
   * @param reason what
   */
  void cautioned(String reason);
}
