package io.coppice.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a command or a run can come to: the exit codes of the command line, all of them stable. */
public enum ExitCode {
  DONE(0, State.DONE, "done", ""),
  INTERNAL(
      1,
      State.FAILED,
      "an unexpected error, also one of a task: a bug",
      "report it with the stack trace; the same command goes on from the last checkpoint"),
  USAGE(
      2,
      State.FAILED,
      "wrong usage or configuration, or one that does not fit the executors",
      "correct the command, the configuration or the cluster as the message says"),
  DATA(
      3,
      State.FAILED,
      "the data is not what its format says; nothing was started",
      "correct the data, or pass over what cannot be read with data.onBadImage=skip"),
  DIVERGED(
      4,
      State.FAILED,
      "the training diverged",
      "lower training.learningRate, or let the run go back by itself with training.onDivergence"),
  STORAGE(
      5,
      State.FAILED,
      "a file could not be read or written",
      "see to the file system and its credentials; the same command goes on from the last checkpoint"),
  OUTPUT_IN_USE(
      6,
      State.FAILED,
      "the output directory or the registry is in use, or holds something else",
      "name another directory, or wait for the run that has it"),
  CHECKPOINT(
      7,
      State.FAILED,
      "the checkpoints, or the registry's current version, are damaged, or of another run or version",
      "restore the files that the message names, or begin anew in another directory"),
  CLUSTER(
      8,
      State.FAILED,
      "the cluster was lost, retries are exhausted, or a round's deadline has passed",
      "see to the executors that the message names; the same command goes on from the last checkpoint"),
  UNHEALTHY(
      9,
      State.FAILED,
      "'coppice doctor' alone: something was found by which runs will fail",
      "do what stands below each check that fails"),
  /** A retraining left the current model where it was, and was asked to say so this way. */
  NOT_PROMOTED(
      10,
      State.DONE,
      "a retraining did not promote its model, with --fail-if-not-promoted",
      "nothing is broken: the current model stays"),
  NOT_ENDED(
      11,
      State.RUNNING,
      "'coppice outcome' alone: the run has not ended yet",
      "ask again later, or wait with --wait"),
  NO_OUTCOME(
      12,
      State.UNKNOWN,
      "'coppice outcome' alone: there is no such run, or what it came to cannot be told",
      "see that the directory is the one that the run was given, and that it can be read"),
  INTERRUPTED(
      130, State.STOPPED, "interrupted by Ctrl-C; the same command goes on", Advice.SAME_COMMAND),
  KILLED(
      137,
      State.KILLED,
      "'coppice outcome' alone: the run's process was killed, or its machine lost; the same command goes on",
      Advice.SAME_COMMAND),
  TERMINATED(143, State.STOPPED, "terminated; the same command goes on", Advice.SAME_COMMAND);

  /** Advice that several have. */
  private static final class Advice {
    static final String SAME_COMMAND = "the same command goes on from the last checkpoint";
  }

  /** What became of a run, in one word. */
  public enum State {
    RUNNING,
    DONE,
    FAILED,
    STOPPED,
    KILLED,
    UNKNOWN;

    /** As it stands in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final int code;
  private final State state;
  private final String meaning;
  private final String advice;

  ExitCode(int code, State state, String meaning, String advice) {
    this.code = code;
    this.state = state;
    this.meaning = meaning;
    this.advice = advice;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** What it says of a run. */
  public State state() {
    return state;
  }

  /** What it stands for, for a person. */
  public String meaning() {
    return meaning;
  }

  /** What to do about it, in one sentence; empty where nothing is to be done. */
  public String advice() {
    return advice;
  }

  /** Its name as it stands in files, such as {@code output-in-use}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one of a number; empty if there is none. */
  public static Optional<ExitCode> of(int code) {
    return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
  }
}
