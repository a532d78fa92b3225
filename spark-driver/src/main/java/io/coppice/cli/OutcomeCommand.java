package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.registry.Registry;
import io.coppice.registry.RetrainingOutcome;
import io.coppice.report.ExitCode;
import io.coppice.report.OutcomeReader;
import io.coppice.report.RunOutcome;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coppice outcome}. */
@Command(
    name = "outcome",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeOnInvalidInput = 12,
    description = {
      "Says what a run or a retraining came to, and ends with its exit code: for schedulers that did not see its process end,"
          + " as on YARN and Kubernetes in cluster mode, where spark-submit ends with 1 whatever the reason was.",
      "",
      "A run leaves it in RUN/outcome.json, a retraining in REGISTRY/outcomes/ID.json. Of a run that has not ended this ends"
          + " with 11, of one whose process was killed with 137, and with 12 where there is no run, or nobody can tell."
    },
    footer = {
      "",
      "Examples:",
      "  coppice outcome hdfs:///models/run7",
      "  coppice outcome RUN --since 2026-01-31T02:00:00Z --wait 600",
      "  coppice outcome --registry REGISTRY --run-id 2026-01-31 --fail-if-not-promoted"
    })
final class OutcomeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofSeconds(1);

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "Directory of a run, a path of any Hadoop file system.")
  private @Nullable String run;

  @Option(
      names = {"-R", "--registry"},
      paramLabel = "DIR",
      description = "Directory of a registry of models instead, for a retraining.")
  private @Nullable String registry;

  @Option(names = "--run-id", paramLabel = "ID", description = "Names the retraining.")
  private @Nullable String runId;

  @Option(
      names = "--fail-if-not-promoted",
      description =
          "Ends with 10 where the current model stays, whatever the retraining itself was told.")
  private boolean failIfNotPromoted;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "When the attempt was started that is meant, such as 2026-01-31T02:00:00Z; one that began before does not count.")
  private @Nullable String since;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Waits so long at most for the end of a run that has not ended.")
  private int wait;

  @Mixin private HadoopOptions hadoop = new HadoopOptions();

  @Mixin private JsonOption json = new JsonOption();

  OutcomeCommand() {}

  @Override
  public Integer call() {
    RunOutcome outcome = outcome();
    if (json.isAsked()) {
      return json.answer(outcome.exitCode(), outcome.toJson());
    }
    System.out.println(OutcomeText.of(outcome));
    return outcome.exitCode().code();
  }

  /** Codes of this command's own failures would be taken for the run's. */
  private RunOutcome outcome() {
    try {
      requireSense();
      Instant from = from();
      Configuration configuration = new Configuration();
      hadoop.learn(configuration);
      Instant deadline = Instant.now().plusSeconds(wait);
      RunOutcome outcome = after(from, read(configuration));
      while (isAwaited(outcome) && Instant.now().isBefore(deadline)) {
        Thread.sleep(POLL.toMillis());
        outcome = after(from, read(configuration));
      }
      return outcome;
    } catch (IOException | RuntimeException e) {
      return RunOutcome.unknown(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return RunOutcome.unknown("interrupted");
    }
  }

  private void requireSense() {
    if ((run == null) == (registry == null)) {
      throw new ConfigException(
          "outcome", List.of("expected the directory of a run, or --registry with --run-id"));
    }
    if ((registry == null) != (runId == null)) {
      throw new ConfigException("outcome", List.of("--registry and --run-id go together"));
    }
    if (registry == null && failIfNotPromoted) {
      throw new ConfigException(
          "--fail-if-not-promoted", List.of("a run is not promoted; say --registry and --run-id"));
    }
    if (registry != null && since != null) {
      throw new ConfigException(
          "--since", List.of("a retraining's name says already which one is meant; leave it out"));
    }
    if (wait < 0) {
      throw new ConfigException("--wait " + wait, List.of("expected a number of at least 0"));
    }
  }

  private Instant from() {
    try {
      return since == null ? Instant.MIN : Instant.parse(since);
    } catch (DateTimeParseException e) {
      throw new ConfigException(
          "--since " + since,
          List.of(
              "expected a time in UTC such as 2026-01-31T02:00:00Z, as date -u +%FT%TZ has it"));
    }
  }

  private RunOutcome read(Configuration configuration) throws IOException {
    if (registry != null && runId != null) {
      try (Registry opened = Registry.open(registry, configuration)) {
        return RetrainingOutcome.of(opened, runId, failIfNotPromoted);
      }
    }
    try (RunDirectory directory = RunDirectory.open(String.valueOf(run), configuration)) {
      return directory.exists()
          ? OutcomeReader.ofRun(directory)
          : RunOutcome.unknown(directory.location() + ": there is no such directory");
    }
  }

  /** What is known of the attempt that is meant. */
  private static RunOutcome after(Instant from, RunOutcome outcome) {
    if (from.equals(Instant.MIN) || outcome.exitCode() == ExitCode.NO_OUTCOME) {
      return outcome;
    }
    String start = outcome.startedAt();
    // Claims tell the second only.
    boolean meant =
        !start.isEmpty() && Instant.parse(start).isAfter(from.minus(Duration.ofSeconds(1)));
    return meant
        ? outcome
        : RunOutcome.unknown(
            "no attempt has left word here since "
                + from
                + "; the one before"
                + (start.isEmpty() ? "" : " began at " + start + " and")
                + " came to "
                + outcome.exitCode().code()
                + " ("
                + outcome.exitCode().label()
                + ")");
  }

  /** A run that is to be waited for may be about to begin. */
  private static boolean isAwaited(RunOutcome outcome) {
    return outcome.exitCode() == ExitCode.NOT_ENDED || outcome.exitCode() == ExitCode.NO_OUTCOME;
  }
}
