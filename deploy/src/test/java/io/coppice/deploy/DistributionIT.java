package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is unpacked where there is no Maven. */
class DistributionIT {

  private static final String CSV = "spark.metrics.conf.*.sink.csv.";

  private static final List<String> EXECUTABLE =
      List.of("bin/coppice", "examples/cluster-mode.sh", "examples/run-on-standalone");

  @TempDir private static Path directory;
  private static Path home;

  @TempDir private Path elsewhere;

  @BeforeAll
  static void unpack() throws Exception {
    Path place = Files.createDirectory(directory.resolve("a place with spaces"));
    Outcome unpacked =
        new Commands(directory)
            .run(
                Map.of(),
                List.of("tar", "-xzf", Commands.ARCHIVE.toString(), "-C", place.toString()));
    assertThat(unpacked.exitCode()).as(unpacked.output()).isZero();
    home = place.resolve("coppice-" + Commands.VERSION);
  }

  @Test
  void archive_listed_hasOneFolderOfOneOwnerAndTimeAndRunsWhatItShould() throws Exception {
    Outcome listed =
        new Commands(directory)
            .run(
                Map.of("TZ", "UTC"),
                List.of("tar", "--numeric-owner", "-tvzf", Commands.ARCHIVE.toString()));
    Map<String, String> modes =
        Arrays.stream(listed.output().split("\\n"))
            .map(line -> line.split(" +", 6))
            .peek(
                fields -> {
                  assertThat(fields[1]).as("owner of " + fields[5]).isEqualTo("0/0");
                  assertThat(fields[3] + " " + fields[4])
                      .as("time of " + fields[5])
                      .isEqualTo("2026-01-01 00:00");
                })
            .collect(
                Collectors.toMap(
                    fields -> fields[5].replaceFirst("coppice-" + Commands.VERSION + "/", ""),
                    fields -> fields[0]));
    assertThat(modes)
        .containsKeys(
            "LICENSE",
            "NOTICE",
            "README.md",
            "REFERENCE.md",
            "PROGRAMS.md",
            "bin/locate.bash",
            "conf/log4j2.properties",
            "grafana.json",
            "examples/JavaProgram.java",
            "jars/coppice-all.jar")
        .hasEntrySatisfying("bin/coppice", mode -> assertThat(mode).isEqualTo("-rwxr-xr-x"));
    assertThat(modes.keySet()).anyMatch(name -> name.matches("jars/coppice-.*\\.whl"));
    modes.forEach(
        (name, mode) ->
            assertThat(mode)
                .as(name)
                .isEqualTo(EXECUTABLE.contains(name) ? "-rwxr-xr-x" : "-rw-r--r--"));
  }

  @Test
  void train_bySymbolicLinkFromElsewhere_goesThroughSparkSubmitToExecutorsOfTheirOwn()
      throws Exception {
    Path link = Files.createSymbolicLink(elsewhere.resolve("coppice"), home.resolve("bin/coppice"));
    Path output = elsewhere.resolve("a run");
    List<String> command = new ArrayList<>(List.of(link.toString()));
    command.addAll(Commands.smallTraining(output));
    command.addAll(
        List.of(
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.app.name=from-the-command-line",
            "--conf=spark.ui.enabled=false",
            "--conf=spark.metrics.namespace=coppice",
            "--conf=" + CSV + "class=org.apache.spark.metrics.sink.CsvSink",
            "--conf=" + CSV + "directory=" + Files.createDirectory(elsewhere.resolve("csv"))));
    Map<String, String> environment = new HashMap<>(Commands.sparkEnvironment());
    environment.put("SPARK_PRINT_LAUNCH_COMMAND", "1");
    Outcome trained = new Commands(elsewhere).run(environment, command);
    assertThat(trained.exitCode()).as(trained.output()).isZero();
    assertThat(trained.output())
        .contains("org.apache.spark.deploy.SparkSubmit --master local-cluster", "Test accuracy");
    assertThat(elsewhere.resolve("csv").toFile().list())
        .as("metrics of driver and executors, which have the plugin from the job's jar")
        .contains(
            "coppice.driver.plugin.io.coppice.monitor.CoppicePlugin.runs.csv",
            "coppice.0.plugin.io.coppice.monitor.CoppicePlugin.nativeBytes.csv",
            "coppice.1.plugin.io.coppice.monitor.CoppicePlugin.nativeBytes.csv");
    Outcome verified =
        new Commands(elsewhere)
            .run(
                Commands.sparkEnvironment(), List.of(link.toString(), "verify", output.toString()));
    assertThat(verified.exitCode()).as(verified.output()).isZero();
  }

  @Test
  void start_withoutWhatItNeeds_saysWhatIsMissing() throws Exception {
    Path empty = Files.createDirectory(elsewhere.resolve("empty"));
    Map<Map<String, String>, String> refusals =
        Map.of(
            Map.of(),
            "SPARK_HOME is not set, and a distribution of Coppice has no Spark of its own",
            Map.of("SPARK_HOME", empty.toString()),
            "which is no Spark 3.5 for Scala 2.12: expected "
                + empty
                + "/jars/spark-core_2.12-3.5.*.jar, found no such file",
            Map.of("SPARK_HOME", Commands.SPARK_HOME.toString(), "JAVA_HOME", empty.toString()),
            "there is no " + empty + "/bin/java");
    for (Map.Entry<Map<String, String>, String> refusal : refusals.entrySet()) {
      Outcome outcome =
          new Commands(elsewhere)
              .run(
                  refusal.getKey(),
                  List.of(home.resolve("bin/coppice").toString(), "verify", "nothing"));
      assertThat(outcome.output()).startsWith("coppice: ").contains(refusal.getValue());
      assertThat(outcome.exitCode()).isEqualTo(2);
    }
  }
}
