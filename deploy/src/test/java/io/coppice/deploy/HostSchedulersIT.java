package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coppice.deploy.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units of systemd and the line of cron. */
class HostSchedulersIT {

  private static final Path SYSTEMD = Commands.DEPLOY.resolve("systemd");
  private static final Path CRON = Commands.DEPLOY.resolve("cron/coppice-retrain");
  private static final Pattern EXEC_START =
      Pattern.compile("^ExecStart=/bin/sh -c '(.*?)'$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern NIGHT =
      Pattern.compile("^0 2 \\* \\* \\* coppice (.*)$", Pattern.MULTILINE);

  @TempDir private Path directory;
  private Path spark;

  @BeforeEach
  void listen() throws IOException {
    spark = CommandLines.listeningSpark(directory);
  }

  @Test
  void units_ofSystemd_areVerifiedByIt() throws Exception {
    assumeTrue(Commands.isHere("systemd-analyze"), "systemd-analyze is not here");
    Outcome verified =
        new Commands(directory)
            .run(
                Map.of(),
                List.of(
                    "systemd-analyze",
                    "verify",
                    SYSTEMD.resolve("coppice-retrain.service").toString(),
                    SYSTEMD.resolve("coppice-retrain.timer").toString()));
    assertThat(verified.output()).doesNotContain("coppice-retrain");
    assertThat(verified.exitCode()).isZero();
  }

  @Test
  void service_ofSystemd_runsTheNightOfToday() throws Exception {
    String service = Files.readString(SYSTEMD.resolve("coppice-retrain.service"));
    Matcher start = EXEC_START.matcher(service);
    assertThat(start.find()).isTrue();
    // Systemd joins lines and replaces %% by %.
    Outcome ran = shell("/bin/sh", start.group(1).replace("\\\n", " ").replace("%%", "%"));
    assertThat(ran.exitCode()).as(ran.output()).isEqualTo(3);
    assertThatNightWasAskedFor("coppice-retrain.service");
  }

  @Test
  void line_ofCron_printsNothingUnlessItFails() throws Exception {
    String line = night();
    Outcome failed = shell("/bin/bash", line);
    assertThat(failed.output())
        .isEqualTo("coppice retrain ended with 3\nspark-submit was called\n");
    assertThatNightWasAskedFor("cron/coppice-retrain");
    Files.writeString(spark.resolve("bin/spark-submit"), "#!/bin/sh\necho promoted\n");
    Outcome succeeded = shell("/bin/bash", line);
    assertThat(succeeded.output()).isEmpty();
    assertThat(succeeded.exitCode()).isZero();
    assertThat(directory.resolve("retrain.log")).content().contains("promoted");
  }

  @Test
  void line_ofCronWhileANightGoesOn_leavesItAlone() throws Exception {
    Path lock = Files.createFile(directory.resolve("retrain.lock"));
    Outcome second =
        shell("/bin/bash", "exec 9> " + lock + "; flock 9; (exec 9>&-; " + night() + ")");
    assertThat(second.output()).isEqualTo("coppice retrain ended with 1\n");
    assertThat(spark.resolve("arguments")).doesNotExist();
  }

  private static String night() throws IOException {
    Matcher night = NIGHT.matcher(Files.readString(CRON));
    assertThat(night.find()).isTrue();
    // Cron makes lines of what follows a bare %.
    assertThat(night.group(1).replace("\\%", "")).doesNotContain("%");
    return night.group(1).replace("\\%", "%");
  }

  /** Runs a line as if Coppice were in /opt/coppice, and its state in the test's directory. */
  private Outcome shell(String shell, String line) throws Exception {
    String here =
        line.replace("/opt/coppice/bin/coppice", Commands.DEPLOY.resolve("bin/coppice").toString())
            .replace("/var/lib/coppice/retrain.lock", directory.resolve("retrain.lock").toString());
    return new Commands(directory)
        .run(
            Map.of(
                "SPARK_HOME", spark.toString(),
                "LOG", directory.resolve("retrain.log").toString()),
            List.of(shell, "-c", here));
  }

  private void assertThatNightWasAskedFor(String origin) throws IOException {
    List<String> arguments = CommandLines.heard(spark);
    assertThat(arguments)
        .as(origin)
        .containsSubsequence("--run-id", LocalDate.now(ZoneOffset.UTC).toString());
    CommandLines.assertTaken(origin, arguments);
  }
}
