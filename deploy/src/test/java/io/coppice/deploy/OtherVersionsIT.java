package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that brings other versions of libraries than Spark and Coppice have, and uses them
 * before and after a training, on the driver and on executors.
 */
class OtherVersionsIT {

  private static final Path LIBRARIES = Commands.DEPLOY.resolve("target/other-versions");

  @TempDir Path directory;

  private Outcome submitted(boolean first) throws Exception {
    List<Path> libraries = Commands.jarsIn(LIBRARIES);
    List<Path> compiled = new ArrayList<>(libraries);
    compiled.add(Commands.ALL_JAR);
    Commands commands = new Commands(directory);
    Path program =
        commands.jarOf(Commands.DEPLOY.resolve("src/test/programs/OtherVersions.java"), compiled);
    return commands.submit(
        List.of(
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.driver.userClassPathFirst=" + first,
            "--conf",
            "spark.executor.userClassPathFirst=" + first,
            "--conf",
            "spark.ui.enabled=false",
            "--jars",
            Commands.ALL_JAR + "," + Commands.joined(",", libraries),
            "--class",
            "OtherVersions",
            program.toString()));
  }

  /** Whose Jackson, Guava and commons they are is Spark's to say, and it says: its own. */
  @Test
  void train_librariesBehindSparks_programHasItsOwnOfWhatSparkLacks() throws Exception {
    Outcome outcome = submitted(false);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    for (String where :
        List.of("driver before", "executors before", "driver after", "executors after")) {
      assertThat(outcome.output()).contains(where + ": picocli 4.6.2, snakeyaml own, yaml own");
    }
    assertThat(outcome.output()).containsPattern("trained: accuracy \\d\\.\\d+");
  }

  @Test
  void train_librariesBeforeSparks_programHasAllOfItsOwn() throws Exception {
    Outcome outcome = submitted(true);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    for (String where :
        List.of("driver before", "executors before", "driver after", "executors after")) {
      assertThat(outcome.output())
          .contains(
              where
                  + ": picocli 4.6.2, snakeyaml own, yaml own, jackson 2.17.2, guava own,"
                  + " lang3 own");
    }
    assertThat(outcome.output()).containsPattern("trained: accuracy \\d\\.\\d+");
  }
}
