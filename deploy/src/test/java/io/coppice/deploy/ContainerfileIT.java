package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's recipe, held against the distribution that is its context. */
class ContainerfileIT {

  private static final List<String> INSTRUCTIONS =
      List.of("ARG", "FROM", "LABEL", "COPY", "ENV", "USER");

  @TempDir private Path directory;

  /** Instructions, each in one line, without comments. */
  private static List<String> instructions() throws IOException {
    return Files.readString(Commands.DEPLOY.resolve("Containerfile"))
        .replaceAll("(?m)^#.*\n", "")
        .replaceAll("\\\\\n\\s*", "")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  @Test
  void instructions_all_areKnownAndTheLastUserIsSparks() throws Exception {
    assertThat(instructions())
        .allMatch(line -> INSTRUCTIONS.contains(line.split(" ", 2)[0]))
        .anyMatch(line -> line.equals("FROM ${SPARK_IMAGE}"))
        .endsWith("USER 185")
        .filteredOn(line -> line.startsWith("USER"))
        .hasSize(1);
  }

  @Test
  void copies_all_areOfTheDistributionAndBringWhatManifestsName() throws Exception {
    Outcome unpacked =
        new Commands(directory)
            .run(
                Map.of(),
                List.of(
                    "tar",
                    "-xzf",
                    Commands.ARCHIVE.toString(),
                    "-C",
                    directory.toString(),
                    "--strip-components=1"));
    assertThat(unpacked.exitCode()).as(unpacked.output()).isZero();
    Path image = directory.resolve("image");
    for (String copy : instructions()) {
      if (copy.startsWith("COPY ")) {
        String[] words = copy.split(" ");
        String target = words[words.length - 1];
        for (String source : Arrays.copyOfRange(words, 1, words.length - 1)) {
          // A folder's content goes into the target, a file into the folder of that name.
          Path from = directory.resolve(source);
          assertThat(from).as(copy).exists();
          assertThat(target.endsWith("/")).as(copy).isEqualTo(Files.isRegularFile(from));
          Path to = Path.of(image + target + (target.endsWith("/") ? source : ""));
          Files.createDirectories(to.getParent());
          Outcome copied =
              new Commands(directory)
                  .run(Map.of(), List.of("cp", "-r", from.toString(), to.toString()));
          assertThat(copied.exitCode()).as(copied.output()).isZero();
        }
      }
    }
    assertThat(image.resolve("opt/coppice/jars/coppice-all.jar")).isNotEmptyFile();
    assertThat(image.resolve("opt/coppice/LICENSE")).isNotEmptyFile();
    Outcome version =
        new Commands(directory)
            .run(
                Commands.sparkEnvironment(),
                List.of(image.resolve("opt/coppice/bin/coppice").toString(), "--version"));
    assertThat(version.output()).contains(Commands.VERSION);
    assertThat(version.exitCode()).isZero();
  }
}
