package io.coppice.registry;

import io.coppice.storage.RunVerifier;
import io.coppice.storage.RunVerifier.Report;
import io.coppice.storage.SealedLog;
import io.coppice.storage.SealedLog.Condition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says whether a registry is whole: every file of every version, and every entry of its history.
 */
public final class RegistryVerifier {

  private RegistryVerifier() {}

  /**
   * Looks at everything but the runs of retrainings and their outcomes, which have commands of
   * their own.
   *
   * @throws io.coppice.storage.UnusableCheckpointException if a newer version of Coppice wrote it
   */
  public static Report verify(Registry registry) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean damaged = false;
    Set<Integer> named = new TreeSet<>();
    List<HistoryEntry> history = new ArrayList<>();
    long expected = 1;
    for (SealedLog.Entry entry : registry.entries()) {
      for (; expected < entry.number(); expected++) {
        damaged = true;
        lines.add(Registry.HISTORY + ": entry " + expected + " is missing");
      }
      expected++;
      damaged |= entry.condition() == Condition.DAMAGED;
      if (entry.document() == null) {
        lines.add(entry.file() + ": " + entry.problem());
      } else {
        lines.add(entry.file() + ": whole");
        history.add(HistoryEntry.of(entry.number(), entry.document()));
      }
    }
    history.forEach(entry -> named.add(entry.current()));
    named.remove(0);
    Set<Integer> removed = Registry.removed(history);
    named.removeAll(removed);
    List<Integer> versions = registry.numbers();
    for (int number : versions) {
      if (removed.contains(number)) {
        lines.add(
            Registry.name(number) + ": was not removed whole; 'coppice registry prune' does it");
      } else if (registry.directory(number).isComplete()) {
        Report report = RunVerifier.verify(registry.directory(number));
        damaged |= report.damaged();
        report.lines().forEach(line -> lines.add(Registry.name(number) + ": " + line));
      } else {
        damaged |= named.contains(number);
        lines.add(Registry.name(number) + ": was not finished");
      }
    }
    for (int number : named) {
      if (!versions.contains(number)) {
        damaged = true;
        lines.add(Registry.name(number) + ": the history names it, and it is not there");
      }
    }
    return new Report(lines, damaged);
  }
}
