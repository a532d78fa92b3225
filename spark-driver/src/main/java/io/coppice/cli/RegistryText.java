package io.coppice.cli;

import io.coppice.config.RunConfig.ModelCost;
import io.coppice.registry.HistoryEntry;
import io.coppice.registry.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A registry for a person. */
final class RegistryText {

  private RegistryText() {}

  /** All versions, and what happened. */
  static String list(int current, List<ModelVersion> versions, List<HistoryEntry> history) {
    List<String> lines = new ArrayList<>();
    lines.add(
        text(
            "  %-8s %-21s %9s %9s %14s %12s  %s",
            "version", "promoted", "accuracy", "images", "FLOPs", "parameters", "run"));
    for (ModelVersion version : versions) {
      lines.add(
          text(
              "%s %-8d %-21s %8.2f%% %,9d %,14.0f %,12.0f  %s",
              version.number() == current ? "*" : " ",
              version.number(),
              version.at(),
              100 * version.accuracy(),
              version.testImages(),
              version.cost(ModelCost.FLOPS),
              version.cost(ModelCost.PARAMETERS),
              version.run()));
    }
    lines.add("");
    history.forEach(entry -> lines.add(line(entry)));
    return String.join("\n", lines);
  }

  /** One version. */
  static String show(ModelVersion version, boolean isCurrent, List<HistoryEntry> history) {
    List<String> lines = new ArrayList<>();
    lines.add(
        text("%-16s %d%s", "Version", version.number(), isCurrent ? ", the current one" : ""));
    lines.add(text("%-16s %s", "Directory", version.location()));
    lines.add(
        text(
            "%-16s %.2f %% on %,d images when it was promoted",
            "Accuracy", 100 * version.accuracy(), version.testImages()));
    lines.add(
        text(
            "%-16s %,.0f FLOPs an image, %,.0f parameters",
            "Cost", version.cost(ModelCost.FLOPS), version.cost(ModelCost.PARAMETERS)));
    lines.add(
        text(
            "%-16s run %s, from %s",
            "Trained by",
            version.run(),
            version.base() == 0 ? "nothing of the registry" : "version " + version.base()));
    lines.add(
        text(
            "%-16s %,d images, SHA-256 %s",
            "Trained on",
            version.manifest().path("data").path("trainImages").asLong(),
            version.manifest().path("data").path("trainSha256").asText()));
    lines.add("");
    history.stream()
        .filter(
            entry ->
                entry.run().equals(version.run())
                    || entry.action() == HistoryEntry.Action.ROLLED_BACK
                        && (entry.current() == version.number()
                            || entry.base() == version.number()))
        .forEach(entry -> lines.add(line(entry)));
    return String.join("\n", lines);
  }

  private static String line(HistoryEntry entry) {
    return text(
        "%s  %s on %s  %s%s",
        entry.at(),
        entry.by().user(),
        entry.by().host(),
        entry.action().decides() || entry.run().isEmpty()
            ? ""
            : entry.action().label() + " run " + entry.run() + ", ",
        entry.why());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
