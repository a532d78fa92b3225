package io.coppice.registry;

import io.coppice.registry.HistoryEntry.Action;
import io.coppice.report.ExitCode;
import io.coppice.report.OutcomeReader;
import io.coppice.report.RunOutcome;
import io.coppice.storage.ReplacedFile;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells what a retraining came to. The history decides where it says so; else what the last attempt
 * left in {@code outcomes/ID.json}, which is kept when the run's directory is removed.
 */
public final class RetrainingOutcome {

  /** Says in a file that was written before the decision how a refusal was to count. */
  static final String FAIL_IF_NOT_PROMOTED = "failIfNotPromoted";

  private RetrainingOutcome() {}

  /**
   * What it came to.
   *
   * @param failIfNotPromoted whether it counts as {@link ExitCode#NOT_PROMOTED} that the current
   *     model stays, whatever the retraining itself was told
   * @throws IOException if the registry cannot be read
   */
  public static RunOutcome of(Registry registry, String id, boolean failIfNotPromoted)
      throws IOException {
    Retraining.requireId(id);
    ReplacedFile file = registry.outcome(id);
    Optional<HistoryEntry> decision = registry.decision(id);
    if (decision.isEmpty()) {
      return OutcomeReader.ofAttempt(file).orElseGet(() -> none(id));
    }
    return decided(
        decision.get(), OutcomeReader.asWritten(file).orElseGet(() -> none(id)), failIfNotPromoted);
  }

  private static RunOutcome none(String id) {
    return RunOutcome.unknown("no retraining " + id + " has left word here of what it came to");
  }

  private static RunOutcome decided(
      HistoryEntry decision, RunOutcome written, boolean failIfNotPromoted) {
    boolean fails =
        failIfNotPromoted
            || written.exitCode() == ExitCode.NOT_PROMOTED
            || written.figures().path(FAIL_IF_NOT_PROMOTED).asBoolean();
    return written.decided(
        decision.action() == Action.PROMOTED || !fails ? ExitCode.DONE : ExitCode.NOT_PROMOTED,
        decision.why(),
        decision.at(),
        decision.by(),
        decision.toJson());
  }
}
