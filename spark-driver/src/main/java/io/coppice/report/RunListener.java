package io.coppice.report;

/**
 * Is told how a run gets on, on the thread that runs it. Every method does nothing unless it is
 * overridden. {@link #dataRead} may refuse the run by an exception; one of any other method is a
 * warning, told once, and the run goes on.
 */
public interface RunListener {

  /** Listens to nothing. */
  RunListener NONE = new RunListener() {};

  /** All images were read once, and the run begins, unless this throws an exception. */
  default void dataRead(DataReport data) {}

  /** Rounds are about to be taken or timed. {@link #ended} comes after it, whatever happens. */
  default void began(RunOutline run) {}

  /**
   * The run was complete already; nothing was done.
   *
   * @param directory of the run
   */
  default void wasComplete(String directory) {}

  /**
   * The run goes on from a checkpoint.
   *
   * @param rounds rounds that were taken until then
   * @param directory of the run
   */
  default void wentOn(long rounds, String directory) {}

  /**
   * A part of the run begins.
   *
   * @param firstRound number of the first round to come; not 0 where the run goes on from a
   *     checkpoint
   * @param rounds number of rounds the whole part has; 0 where it takes none
   */
  default void phaseStarted(RunPhase phase, long firstRound, long rounds) {}

  /** Rounds were timed, and there is a model of what they take. */
  default void timed(TimeReport report) {}

  /** A round was taken. */
  default void roundEnded(RoundReport report) {}

  /** All rounds of an epoch were taken. */
  default void epochEnded(EpochReport report) {}

  /**
   * The training diverged, and goes on from an earlier moment.
   *
   * @param reason how it diverged
   * @param rounds rounds that were taken until that moment
   * @param learningRateFactor by which all learning rates are smaller from there on
   */
  default void wentBack(String reason, long rounds, double learningRateFactor) {}

  /**
   * The run goes on, but its result is not what somebody may expect.
   *
   * @param reason why
   */
  default void cautioned(String reason) {}

  /**
   * The run goes on and its result is as it should be, but something about its files is not, such
   * as a checkpoint that is damaged or could not be written. May come from another thread.
   *
   * @param problem what
   */
  default void warned(String problem) {}

  /**
   * A checkpoint was written. May come from another thread.
   *
   * @param rounds rounds that were taken until then
   * @param seconds that writing it took
   */
  default void checkpointWritten(long rounds, double seconds) {}

  /**
   * A checkpoint could not be written; that is {@linkplain #warned warned} of too. May come from
   * another thread.
   *
   * @param rounds rounds that were taken until then
   */
  default void checkpointFailed(long rounds) {}

  /** No more rounds are taken: all of them were, or the run failed or was stopped. */
  default void ended() {}
}
