package io.coppice.cli;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.report.ExitCode;
import io.coppice.spark.RunEnd;
import java.util.Arrays;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Whether a command answers with one document of JSON. Nothing else goes to standard output then
 * ({@link Main#run}): what would is on standard error. Every document says first of which command
 * it is and with what that ends.
 */
final class JsonOption {

  /** The one that makes all documents. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          // So that no terminal's or scheduler's encoding has a say.
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private static final String NAME = "--json";

  @Option(
      names = NAME,
      description =
          "Answers with one document of JSON on standard output, also where it fails; everything else goes to standard error.")
  private boolean asked;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  JsonOption() {}

  /** Whether somebody asked for it. */
  boolean isAsked() {
    return asked;
  }

  /** The same by the words of a command line, which may be wrong otherwise. */
  static boolean isIn(String[] arguments) {
    return Arrays.stream(arguments)
        .anyMatch(word -> word.equals(NAME) || word.equals(NAME + "=true"));
  }

  /**
   * Answers.
   *
   * @param code that the command ends with
   * @param fields of the document
   * @return the code's number
   */
  int answer(ExitCode code, ObjectNode fields) {
    return answer(command, code, fields);
  }

  /** Answers where a command failed, in the form that all commands share. */
  static void answer(CommandSpec command, RunEnd end) {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("message", end.message());
    fields.put("advice", end.exitCode().advice());
    answer(command, end.exitCode(), fields);
  }

  private static int answer(CommandSpec command, ExitCode code, ObjectNode fields) {
    ObjectNode document = JSON.createObjectNode();
    document.put("command", command.qualifiedName().replaceFirst("^coppice ", ""));
    document.put("exitCode", code.code());
    document.put("exitName", code.label());
    document.setAll(fields);
    command.commandLine().getOut().println(text(document));
    command.commandLine().getOut().flush();
    return code.code();
  }

  private static String text(ObjectNode document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a tree is JSON", e);
    }
  }
}
