package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.cli.JsonFields.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every command answers with {@code --json}, against the list of its fields: a field that
 * goes, comes, or is of another type breaks scripts unseen. To renew the list, take the lines that
 * a failure prints.
 */
class JsonFieldsTest {

  /** Whose content is data, or described elsewhere. */
  private static final Set<String> OPAQUE = Set.of("config", "files");

  private static final List<String> SETTINGS =
      List.of(
          "network.name=resnet8",
          "network.width=0.5",
          "training.epochs=1",
          "training.batchSize=100",
          "finish.candidates=1",
          "finish.fineTuneEpochs=0");

  @TempDir static Path directory;

  private static final Map<String, JsonNode> DOCUMENTS = new HashMap<>();

  private static JsonNode answer(int expected, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Outcome outcome = CoppiceCommand.run(all.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(all + outcome.err()).isEqualTo(expected);
    assertThat(outcome.out().lines()).as(String.join(" ", all)).hasSize(1);
    JsonNode document =
        new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .readTree(outcome.out());
    assertThat(document.path("exitCode").asInt()).isEqualTo(expected);
    return document;
  }

  private static void answer(String command, int expected, String... arguments) throws IOException {
    DOCUMENTS.put(command, answer(expected, arguments));
  }

  private static String[] ofRun(String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.addAll(
        List.of("--master", "local[2]", "--data", directory.resolve("data").toString()));
    SETTINGS.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return arguments.toArray(String[]::new);
  }

  @BeforeAll
  static void askEverything() throws IOException {
    SampleParts.write(directory.resolve("data"), 0, label -> label);
    String data = directory.resolve("data").toString();
    String run = directory.resolve("run").toString();
    String registry = directory.resolve("registry").toString();
    answer("train --print-config", 0, ofRun("train", "--print-config"));
    answer("train --dry-run", 0, ofRun("train", "--dry-run", "--output", run));
    answer("train", 0, ofRun("train", "--output", run));
    answer("validate", 0, ofRun("validate"));
    answer(
        "plan",
        0,
        "plan",
        "--cluster",
        "2 executors, 4 cores, 16g, 10 Gbit/s",
        "--images",
        "50000",
        "--shape",
        "3x32x32");
    answer("evaluate", 0, "evaluate", "--master", "local[2]", "--run", run, "--data", data);
    answer(
        "export",
        0,
        "export",
        "--run",
        run,
        "--format",
        "onnx",
        "--output",
        directory.resolve("m.onnx").toString());
    answer("report", 0, "report", run);
    answer("verify", 0, "verify", run);
    answer("outcome", 0, "outcome", run);
    answer("doctor", 0, "doctor", "--master", "local[1]");
    answer(0, ofRun("retrain", "--registry", registry, "--run-id", "monday"));
    answer(
        "retrain --dry-run",
        0,
        ofRun("retrain", "--registry", registry, "--run-id", "tuesday", "--dry-run"));
    answer(
        "retrain",
        0,
        ofRun(
            "retrain",
            "--registry",
            registry,
            "--run-id",
            "tuesday",
            "--set",
            "retrain.tolerance=0.5",
            "--set",
            "retrain.maximumCost=10"));
    answer("registry list", 0, "registry", "list", "--registry", registry);
    answer("registry show", 0, "registry", "show", "--registry", registry);
    answer("registry prune", 0, "registry", "prune", "--registry", registry, "--dry-run");
    answer("registry verify", 0, "registry", "verify", "--registry", registry);
    answer("registry rollback", 0, "registry", "rollback", "--registry", registry);
  }

  @Test
  void answers_everyCommand_haveTheFieldsThatAreListed() {
    Map<String, List<Field>> listed = JsonFields.all();
    List<String> lines = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<String, String> head = types(listed, JsonFields.ALL);
    new TreeMap<>(DOCUMENTS)
        .forEach(
            (command, document) -> {
              Map<String, String> found = new TreeMap<>();
              collect("", document, found);
              assertThat(found).as(command).containsKeys("command", "exitCode", "exitName");
              head.keySet().stream()
                  .filter(field -> !field.equals("message") && !field.equals("advice"))
                  .forEach(found::remove);
              Map<String, String> expected = types(listed, command);
              found.forEach(
                  (field, type) -> lines.add(command + " | " + field + " | " + type + " | "));
              found.forEach(
                  (field, type) -> {
                    if (!fits(type, expected.getOrDefault(field, ""))) {
                      problems.add(
                          command
                              + ": "
                              + field
                              + " is "
                              + type
                              + ", listed as "
                              + expected.get(field));
                    }
                  });
              expected
                  .keySet()
                  .forEach(
                      field -> {
                        if (!found.containsKey(field)) {
                          problems.add(command + ": " + field + " is listed and not there");
                        }
                      });
            });
    assertThat(problems).as("the fields are\n" + String.join("\n", lines) + "\n").isEmpty();
    assertThat(listed.keySet()).containsAll(DOCUMENTS.keySet());
  }

  @Test
  void answers_commandByItsName_sayWhichOneTheyAre() {
    DOCUMENTS.forEach(
        (command, document) ->
            assertThat(document.path("command").asText())
                .isEqualTo(command.replaceFirst(" --.*", "")));
  }

  @Test
  void answer_ofAFailure_hasCodeMessageAndAdvice() throws IOException {
    JsonNode failure = answer(2, "train", "--set", "training.epoch=1");
    assertThat(failure.path("command").asText()).isEqualTo("train");
    assertThat(failure.path("exitName").asText()).isEqualTo("usage");
    assertThat(failure.path("message").asText()).contains("did you mean 'training.epochs'?");
    assertThat(failure.path("advice").asText()).isNotEmpty();
    assertThat(answer(2, "verify").path("message").asText()).contains("DIR");
    assertThat(answer(2, "registry", "list").path("command").asText()).isEqualTo("registry list");
    assertThat(answer(12, "outcome").path("exitName").asText()).isEqualTo("no-outcome");
  }

  @Test
  void help_everyCommand_tellsItsFields() {
    JsonFields.all()
        .forEach(
            (command, fields) -> {
              if (command.equals(JsonFields.ALL) || command.contains("--")) {
                return;
              }
              List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
              words.add("--help");
              String help = CoppiceCommand.run(words.toArray(String[]::new)).out();
              assertThat(help).contains("--json");
              for (Field field : fields) {
                boolean first = !field.path().contains(".") && !field.path().contains("[");
                assertThat(field.meaning().isEmpty())
                    .as(command + " " + field.path())
                    .isNotEqualTo(first);
                if (first) {
                  assertThat(help).contains("  " + field.path() + " ");
                }
              }
            });
  }

  private static boolean fits(String type, String listed) {
    return Arrays.asList(listed.split(" or ")).contains(type);
  }

  private static Map<String, String> types(Map<String, List<Field>> listed, String command) {
    Map<String, String> types = new TreeMap<>();
    listed.getOrDefault(command, List.of()).forEach(field -> types.put(field.path(), field.type()));
    return types;
  }

  private static void collect(String path, JsonNode node, Map<String, String> found) {
    if (!path.isEmpty()) {
      String type =
          switch (node.getNodeType()) {
            case STRING -> "text";
            default -> node.getNodeType().name().toLowerCase(Locale.ROOT);
          };
      found.merge(path, type, (before, now) -> before.equals("null") ? now : before);
    }
    if (node.isObject() && !OPAQUE.contains(path.substring(path.lastIndexOf('.') + 1))) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      found));
    } else if (node.isArray()) {
      node.forEach(element -> collect(path + "[]", element, found));
    }
  }
}
