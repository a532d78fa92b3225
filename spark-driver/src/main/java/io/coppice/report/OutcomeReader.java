package io.coppice.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.storage.ReplacedFile;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import io.coppice.storage.RunOwner.Holder;
import io.coppice.storage.StoredDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a run came to by what its directory holds: its result, what its last attempt said, and
 * whether that attempt's process still has the directory. What a file says is believed only where
 * nothing newer speaks against it.
 */
public final class OutcomeReader {

  private OutcomeReader() {}

  /**
   * What a run came to. Where its result is there, that decides, unless somebody found it damaged.
   *
   * @throws IOException if the directory cannot be read
   */
  public static RunOutcome ofRun(RunDirectory directory) throws IOException {
    RunOutcome written = written(directory.outcome());
    if (!directory.isComplete()) {
      return ofAttempt(directory, written);
    }
    if (written != null
        && (written.exitCode() == ExitCode.DONE || written.exitCode() == ExitCode.CHECKPOINT)) {
      return written;
    }
    JsonNode manifest = directory.manifest();
    RunSummary summary = RunSummary.of(manifest);
    return (written == null ? nothingKnown() : written)
        .with(
            ExitCode.DONE,
            SummaryText.sentence(summary),
            written != null && written.ended() ? written.endedAt() : "",
            new ObjectMapper().valueToTree(summary));
  }

  /**
   * What the attempt came to that a file tells of, in a directory that may be claimed for something
   * else by now; empty where there is no such file.
   */
  public static Optional<RunOutcome> ofAttempt(ReplacedFile file) throws IOException {
    RunOutcome written = written(file);
    if (written == null || written.ended()) {
      return Optional.ofNullable(written);
    }
    String where = file.directory().location();
    return Optional.of(
        RunOwner.holder(file.directory())
            .filter(holder -> holder.id().equals(written.claim()))
            .map(holder -> ofHolder(written, holder, where))
            .orElseGet(() -> withoutAWord(written)));
  }

  /** What a file says as it stands there; empty where there is none that is whole. */
  public static Optional<RunOutcome> asWritten(ReplacedFile file) throws IOException {
    return Optional.ofNullable(written(file));
  }

  private static @Nullable RunOutcome written(ReplacedFile file) throws IOException {
    return file.read().map(RunOutcome::of).orElse(null);
  }

  private static RunOutcome ofAttempt(StoredDirectory directory, @Nullable RunOutcome written)
      throws IOException {
    Holder holder = RunOwner.holder(directory).orElse(null);
    if (written == null) {
      return holder == null
          ? nothingKnown()
          : ofHolder(nothingKnown(), holder, directory.location());
    }
    if (holder != null
        && (written.claim().equals(holder.id())
            ? !written.ended()
            : !written.ended() || isLater(holder.since(), written.endedAt()))) {
      return ofHolder(written, holder, directory.location());
    }
    return written.ended() ? written : withoutAWord(written);
  }

  private static RunOutcome withoutAWord(RunOutcome written) {
    return written.with(
        ExitCode.KILLED, written.process() + " is gone, and has left no word of how it ended", "");
  }

  /** What is to be said while somebody has the directory, or died with it. */
  private static RunOutcome ofHolder(RunOutcome written, Holder holder, String where) {
    RunOutcome last =
        written.claim().equals(holder.id())
            ? written
            : new RunOutcome(
                ExitCode.NOT_ENDED,
                "",
                written.attempt() + 1,
                holder.since(),
                "",
                holder.process(),
                holder.id(),
                "",
                "",
                new ObjectMapper().createObjectNode());
    Duration silence = Duration.between(holder.lastSign(), Instant.now());
    if (holder.dead()) {
      return last.with(
          ExitCode.KILLED, where + " belonged to " + holder.describe() + ", which was killed", "");
    }
    if (!holder.alive() && silence.compareTo(RunOwner.SILENCE) > 0) {
      return last.with(
          ExitCode.KILLED,
          where
              + " belongs to "
              + holder.describe()
              + ", which has shown no sign of life for "
              + silence.toSeconds()
              + " seconds",
          "");
    }
    return last.with(ExitCode.NOT_ENDED, "it is run by " + holder.describe(), "");
  }

  /** Claims tell the second only. */
  private static boolean isLater(String since, String end) {
    try {
      return Instant.parse(since).plusSeconds(1).isAfter(Instant.parse(end));
    } catch (DateTimeParseException e) {
      return true;
    }
  }

  private static RunOutcome nothingKnown() {
    return RunOutcome.unknown("no run has left word here of what it came to");
  }
}
