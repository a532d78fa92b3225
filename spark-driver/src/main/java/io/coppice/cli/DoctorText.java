package io.coppice.cli;

import io.coppice.doctor.Finding;
import io.coppice.doctor.Finding.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a doctor found, for a person. */
final class DoctorText {

  private DoctorText() {}

  static String of(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    int widest = findings.stream().mapToInt(finding -> finding.check().length()).max().orElse(0);
    String place = "";
    for (Finding finding : findings) {
      if (!finding.where().equals(place)) {
        place = finding.where();
        lines.add((lines.isEmpty() ? "" : "\n") + place);
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-8s %-" + widest + "s  %s",
              finding.level() == Level.FAIL ? "FAIL" : finding.level().label(),
              finding.check(),
              finding.found().replace("\n", "\n" + " ".repeat(13 + widest))));
      if (!finding.advice().isEmpty()) {
        lines.add(" ".repeat(13 + widest) + "-> " + finding.advice());
      }
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%d checks: %d ok, %d to be cautious of, %d fail",
            findings.size(),
            count(findings, Level.OK),
            count(findings, Level.CAUTION),
            count(findings, Level.FAIL)));
    return String.join("\n", lines);
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }
}
