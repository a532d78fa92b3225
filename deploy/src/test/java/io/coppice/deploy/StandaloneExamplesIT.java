package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that runs examples on a standalone cluster. */
class StandaloneExamplesIT {

  private static final Path SCRIPT = Commands.DEPLOY.resolve("examples/run-on-standalone");

  private static final String FAILING =
      """
      public class Failing {
        public static void main(String[] arguments) {
          System.out.println("ends with 3");
          System.exit(3);
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void run_oneFailsAndOthersDoNot_runsBothEndsWithTheFailureAndLeavesNothing() throws Exception {
    Path failing = Files.writeString(directory.resolve("Failing.java"), FAILING);
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(Commands.quickOptions());
    command.add(failing.toString());
    for (String example : List.of("JavaProgram.java", "pipeline.scala")) {
      command.add(Commands.DEPLOY.resolve("examples").resolve(example).toString());
    }
    Outcome outcome = new Commands(directory).run(Map.of("TMPDIR", temporary.toString()), command);
    assertThat(outcome.output())
        .contains(
            "ends with 3",
            "Failing.java ended with 3",
            "accuracy of JavaProgram on spark://127.0.0.1:")
        .containsPattern("FLOPs kept by the better one: (1[0-5]|3[0-6])\\.\\d %")
        .containsPattern("accuracy of pipeline.scala: 0\\.[2-9]");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(temporary).isEmptyDirectory();
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(temporary.toString())))
        .as("processes of the cluster")
        .isEmpty();
  }

  @Test
  void run_whatIsNoExample_isRefusedBeforeAnythingStarts() throws Exception {
    Path notes = Files.writeString(directory.resolve("notes.txt"), "none");
    Path python = Files.writeString(directory.resolve("program.py"), "print(1)");
    Map<Path, String> refusals =
        Map.of(
            directory.resolve("Missing.java"),
            "there is no such file",
            notes,
            "expected a program in .java, .scala, .py or .sh",
            python,
            "needs a SPARK_HOME with Python");
    for (Map.Entry<Path, String> refusal : refusals.entrySet()) {
      Outcome outcome =
          new Commands(directory)
              .run(Map.of(), List.of(SCRIPT.toString(), refusal.getKey().toString()));
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.output()).contains(refusal.getKey().toString(), refusal.getValue());
    }
  }
}
