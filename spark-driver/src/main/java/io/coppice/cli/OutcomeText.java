package io.coppice.cli;

import io.coppice.report.ExitCode;
import io.coppice.report.RunOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run came to, for a person. */
final class OutcomeText {

  private OutcomeText() {}

  static String of(RunOutcome outcome) {
    ExitCode code = outcome.exitCode();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s (%d, %s): %s",
            code.state().label(),
            code.code(),
            code.label(),
            outcome.message()));
    if (!code.advice().isEmpty()) {
      add(lines, "what to do", code.advice());
    }
    if (!outcome.startedAt().isEmpty()) {
      add(
          lines,
          "attempt",
          outcome.attempt()
              + ", "
              + outcome.startedAt()
              + (outcome.endedAt().isEmpty() ? "" : " to " + outcome.endedAt()));
      add(lines, "by", outcome.process().toString());
    }
    if (!outcome.application().isEmpty()) {
      add(lines, "application", outcome.application());
    }
    return String.join("\n", lines);
  }

  private static void add(List<String> lines, String what, String text) {
    lines.add(String.format(Locale.ROOT, "  %-12s %s", what, text));
  }
}
