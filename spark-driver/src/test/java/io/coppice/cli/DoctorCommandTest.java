package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} on clusters that are well and on some that are not. */
class DoctorCommandTest {

  @TempDir private Path directory;

  private record Checked(Outcome outcome, JsonNode findings) {

    /** What a check found at the places whose names begin likewise. */
    List<JsonNode> of(String check, String where) {
      List<JsonNode> found = new ArrayList<>();
      for (JsonNode finding : findings) {
        if (finding.path("check").asText().equals(check)
            && finding.path("where").asText().startsWith(where)) {
          found.add(finding);
        }
      }
      return found;
    }
  }

  private static Checked doctor(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "doctor",
                "--json",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.driver.bindAddress=127.0.0.1"));
    arguments.addAll(List.of(more));
    Outcome outcome = CoppiceCommand.run(arguments.toArray(String[]::new));
    return new Checked(outcome, new ObjectMapper().readTree(outcome.out()).path("findings"));
  }

  private static String absoluteClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<String> levels(List<JsonNode> findings) {
    return findings.stream().map(finding -> finding.path("level").asText()).toList();
  }

  @Test
  void doctor_localMode_allIsWellAndNothingIsLeft() {
    Path output = directory.resolve("run");
    Outcome outcome =
        CoppiceCommand.run("doctor", "--master", "local[2]", "--output", output.toString());
    assertThat(outcome.exitCode()).as(outcome.out()).isZero();
    assertThat(outcome.out())
        .contains("oneDNN", "loads and computes", "OpenMP", "writes, lists, reads, removes")
        .contains("the driver computes itself", "0 fail");
    assertThat(output).doesNotExist();
  }

  @Test
  void doctor_twoExecutorsInJvmsOfTheirOwn_bothAreLookedAt() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Checked checked =
        doctor(
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.executor.extraClassPath=" + absoluteClassPath(),
            "--data",
            data.toString());
    assertThat(checked.outcome().exitCode()).as(checked.outcome().out()).isZero();
    assertThat(levels(checked.of("executors", "cluster"))).containsExactly("ok");
    for (String check :
        List.of(
            "java",
            "spark",
            "coppice",
            "native libraries' directory",
            "temporary directory",
            "oneDNN",
            "instruction set",
            "OpenMP",
            "memory",
            "limits",
            "local disk",
            "data",
            "serializer",
            "clock")) {
      assertThat(levels(checked.of(check, "executor ")))
          .as(check)
          .hasSize(2)
          .doesNotContain("fail");
    }
  }

  @Test
  void doctor_executorsThatCannotLoadNativeLibraries_failWithWhatToDo() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    Files.writeString(
        temporary.resolve(".javacpp-" + System.getProperty("user.name")), "in the way");
    Checked checked =
        doctor(
            "--master",
            "local-cluster[1,1,1024]",
            "--conf",
            "spark.executor.extraClassPath=" + absoluteClassPath(),
            "--conf",
            "spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.cachedir="
                + file
                + " -Duser.home="
                + file
                + " -Djava.io.tmpdir="
                + temporary);
    assertThat(checked.outcome().exitCode()).isEqualTo(9);
    assertThat(levels(checked.of("native libraries' directory", "executor ")))
        .containsExactly("fail");
    assertThat(
            checked.of("native libraries' directory", "executor ").get(0).path("advice").asText())
        .contains("-Dorg.bytedeco.javacpp.cachedir=DIR");
    assertThat(levels(checked.of("oneDNN", "executor "))).containsExactly("fail");
    assertThat(levels(checked.of("oneDNN", "driver"))).containsExactly("ok");
    assertThat(levels(checked.of("java", "executor "))).containsExactly("ok");
  }

  @Test
  void doctor_executorWithoutOurClasses_failsNamingIt() throws IOException {
    Checked checked =
        doctor(
            "--master",
            "local-cluster[1,1,1024]",
            "--conf",
            "spark.executor.extraClassPath=" + directory);
    assertThat(checked.outcome().exitCode()).isEqualTo(9);
    assertThat(checked.of("answer", "executor 0 on "))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.path("found").asText()).contains("ClassNotFoundException"));
  }

  @Test
  void doctor_outputAndDataThatCannotBeUsed_fail() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    Checked checked =
        doctor(
            "--master",
            "local[1]",
            "--output",
            file.resolve("run").toString(),
            "--data",
            directory.resolve("none").toString());
    assertThat(checked.outcome().exitCode()).isEqualTo(9);
    assertThat(levels(checked.of("output", "driver"))).containsExactly("fail");
    assertThat(levels(checked.of("data", "driver"))).containsExactly("fail");
    assertThat(levels(checked.of("oneDNN", "driver"))).containsExactly("ok");
  }

  @Test
  void doctor_masterThatIsNotThere_endsInTime() throws Exception {
    CoppiceProcess process =
        CoppiceProcess.start(
            directory.resolve("log"),
            Map.of(),
            List.of("doctor", "--master", "spark://127.0.0.1:1", "--timeout", "8"));
    assertThat(process.exitCode()).as(process.output()).isEqualTo(9);
    assertThat(process.output()).contains("FAIL", "start", "it has not ended in the time");
  }

  @Test
  void doctor_wrongConfiguration_isTwo() {
    assertThat(CoppiceCommand.run("doctor", "--set", "training.epoch=1").exitCode()).isEqualTo(2);
    assertThat(CoppiceCommand.run("doctor", "--timeout", "0").exitCode()).isEqualTo(2);
  }
}
