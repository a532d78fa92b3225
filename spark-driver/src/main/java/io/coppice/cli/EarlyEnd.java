package io.coppice.cli;

import io.coppice.registry.Registry;
import io.coppice.report.ExitCode;
import io.coppice.report.OutcomeRecord;
import io.coppice.spark.RunEnd;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.ReplacedFile;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * Leaves word of an end that came before the run had its directory, as of a wrong configuration,
 * where the directory is nobody's. That it cannot be left is a caution.
 */
final class EarlyEnd {

  /** The file system may be what the configuration is wrong about, and clients of stores insist. */
  private static final long PATIENCE_SECONDS = 20;

  private EarlyEnd() {}

  /** Leaves it in a run's directory. */
  static void ofRun(String output, Configuration hadoop, RunEnd end) {
    attempt(
        output,
        end,
        () -> {
          try (RunDirectory directory = RunDirectory.open(output, hadoop)) {
            if (!directory.isComplete()) {
              try (RunOwner owner = RunOwner.claim(directory, false)) {
                record(directory.outcome(), owner, end);
              }
            }
          }
        });
  }

  /** Leaves it in a registry, for a retraining of a name. */
  static void ofRetraining(String path, String id, Configuration hadoop, RunEnd end) {
    attempt(
        path,
        end,
        () -> {
          try (Registry registry = Registry.open(path, hadoop)) {
            if (registry.decision(id).isEmpty()) {
              try (RunOwner owner = registry.claim(false)) {
                record(registry.outcome(id), owner, end);
              }
            }
          }
        });
  }

  private static void record(ReplacedFile file, RunOwner owner, RunEnd end) {
    OutcomeRecord.of(file, owner, EarlyEnd::caution).end(end.exitCode(), end.message());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void attempt(String where, RunEnd end, Work work) {
    if (end.exitCode() == ExitCode.OUTPUT_IN_USE) {
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (OutputInUseException e) {
                // It tells of whoever has it.
                return;
              } catch (IOException | RuntimeException e) {
                caution("no outcome could be left in " + where + ": " + e.getMessage());
              }
            },
            "coppice-outcome");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      if (thread.isAlive()) {
        caution("no outcome could be left in " + where + ": it does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void caution(String problem) {
    System.err.println("coppice: " + problem);
  }
}
