package io.coppice.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.Redaction;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.ProcessIdentity;
import io.coppice.storage.ReplacedFile;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * Writes the {@link RunOutcome} of this process's attempt, as long as the directory is its own.
 * That it cannot be written is a caution, and hides nothing that happened.
 */
public final class OutcomeRecord {

  /** Who wants to know all of a longer message finds it in the log. */
  private static final int LONGEST_MESSAGE = 20_000;

  private final ReplacedFile file;
  private final RunOwner owner;
  private final Consumer<String> caution;
  private RunOutcome now;
  private boolean begun;

  private OutcomeRecord(
      ReplacedFile file, RunOwner owner, Consumer<String> caution, RunOutcome now) {
    this.file = file;
    this.owner = owner;
    this.caution = caution;
    this.now = now;
  }

  /**
   * Begins an attempt; nothing is written yet.
   *
   * @param file where it is told
   * @param owner this process's claim to the file's directory
   * @param caution is told what could not be written
   */
  public static OutcomeRecord of(ReplacedFile file, RunOwner owner, Consumer<String> caution) {
    return new OutcomeRecord(
        file,
        owner,
        caution,
        new RunOutcome(
            ExitCode.NOT_ENDED,
            "it has not ended",
            1 + attempts(file),
            time(),
            "",
            ProcessIdentity.current(),
            owner.id(),
            "",
            Version.current(),
            new ObjectMapper().createObjectNode()));
  }

  private static int attempts(ReplacedFile file) {
    try {
      return file.read().map(json -> RunOutcome.of(json).attempt()).orElse(0);
    } catch (IOException e) {
      // It counts attempts, and decides on nothing.
      return 0;
    }
  }

  /**
   * Says that the attempt runs, so that an earlier one's outcome is not taken for its own.
   *
   * @param figures what is known of it already
   */
  public void begin(ObjectNode figures) {
    now = now.with(ExitCode.NOT_ENDED, now.message(), "", figures);
    begun = true;
    write();
  }

  /**
   * Says which application of Spark's it is: at once where it was said that the attempt runs, else
   * when it ends.
   */
  public void application(String id) {
    now = now.ofApplication(id);
    if (begun) {
      write();
    }
  }

  /**
   * Says what it came to.
   *
   * @param message as it is printed
   * @param figures what it came to
   */
  public void end(ExitCode code, String message, ObjectNode figures) {
    String shown = Redaction.of("message", message);
    now =
        now.with(
            code,
            shown.length() > LONGEST_MESSAGE ? shown.substring(0, LONGEST_MESSAGE) + " ..." : shown,
            time(),
            figures);
    write();
  }

  /** The same without figures, as of a failure. */
  public void end(ExitCode code, String message) {
    end(code, message, now.figures());
  }

  private void write() {
    try {
      owner.requireOwned();
      file.write(now.toJson());
    } catch (OutputInUseException e) {
      // Whoever took the directory over tells of itself there.
      return;
    } catch (IOException | RuntimeException e) {
      caution.accept(
          file.location() + " could not be written, so that 'coppice outcome' is wrong: " + e);
    }
  }

  private static String time() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
