package io.coppice.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.ProcessIdentity;

/**
 * What an attempt at a run came to, or that it has not ended: so that whoever did not see the
 * process end can read it. It tells of one process; a run that was stopped and went on had several
 * attempts, of which the last one counts.
 *
 * @param exitCode what it came to; {@link ExitCode#NOT_ENDED} while it runs
 * @param message as it was printed, without a stack trace
 * @param attempt how many processes have had the directory by then
 * @param startedAt when it had the directory, UTC; empty where nobody knows
 * @param endedAt when it ended, UTC; empty while it runs, or where nobody saw its end
 * @param process that made the attempt
 * @param claim its claim to the directory, see {@link io.coppice.storage.RunOwner}
 * @param application Spark's id of its application; empty before it has one
 * @param version of Coppice; empty where nobody knows
 * @param figures what it came to: a run's summary, a retraining's decision
 */
public record RunOutcome(
    ExitCode exitCode,
    String message,
    int attempt,
    String startedAt,
    String endedAt,
    ProcessIdentity process,
    String claim,
    String application,
    String version,
    ObjectNode figures) {

  private static final int SCHEMA = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is to be said where nobody knows. */
  public static RunOutcome unknown(String message) {
    return new RunOutcome(
        ExitCode.NO_OUTCOME,
        message,
        0,
        "",
        "",
        new ProcessIdentity("", "", 0, "", ""),
        "",
        "",
        "",
        JSON.createObjectNode());
  }

  /** As it stands in files, and as the command prints it. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", SCHEMA);
    json.put("state", exitCode.state().label());
    json.put("exitCode", exitCode.code());
    json.put("exitName", exitCode.label());
    json.put("message", message);
    json.put("advice", exitCode.advice());
    json.put("attempt", attempt);
    json.put("startedAt", startedAt);
    json.put("endedAt", endedAt);
    json.put("application", application);
    json.set("process", process.toJson());
    json.put("claim", claim);
    json.put("version", version);
    json.set("figures", figures);
    return json;
  }

  /** What a file says; one of a newer version too, as far as it is understood. */
  static RunOutcome of(JsonNode json) {
    return new RunOutcome(
        ExitCode.of(json.path("exitCode").asInt(-1)).orElse(ExitCode.NO_OUTCOME),
        json.path("message").asText(),
        json.path("attempt").asInt(),
        json.path("startedAt").asText(),
        json.path("endedAt").asText(),
        ProcessIdentity.fromJson(json.path("process")),
        json.path("claim").asText(),
        json.path("application").asText(),
        json.path("version").asText(),
        json.path("figures") instanceof ObjectNode object ? object : JSON.createObjectNode());
  }

  /** Whether the attempt is over. */
  public boolean ended() {
    return exitCode != ExitCode.NOT_ENDED;
  }

  /**
   * The same of which somebody else knows how it ended.
   *
   * @param at when, where this does not say it itself
   * @param by the process that ended it, likewise
   */
  public RunOutcome decided(
      ExitCode newCode, String newMessage, String at, ProcessIdentity by, ObjectNode newFigures) {
    RunOutcome ended = with(newCode, newMessage, endedAt.isEmpty() ? at : endedAt, newFigures);
    return process.host().isEmpty() ? ended.of(by) : ended;
  }

  private RunOutcome of(ProcessIdentity newProcess) {
    return new RunOutcome(
        exitCode,
        message,
        attempt,
        startedAt,
        endedAt,
        newProcess,
        claim,
        application,
        version,
        figures);
  }

  RunOutcome with(ExitCode newCode, String newMessage, String newEnd) {
    return with(newCode, newMessage, newEnd, figures);
  }

  RunOutcome with(ExitCode newCode, String newMessage, String newEnd, ObjectNode newFigures) {
    return new RunOutcome(
        newCode,
        newMessage,
        attempt,
        startedAt,
        newEnd,
        process,
        claim,
        application,
        version,
        newFigures);
  }

  RunOutcome ofApplication(String id) {
    return new RunOutcome(
        exitCode, message, attempt, startedAt, endedAt, process, claim, id, version, figures);
  }
}
