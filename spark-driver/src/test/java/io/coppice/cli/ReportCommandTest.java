package io.coppice.cli;

import static io.coppice.cli.CoppiceCommand.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.page.EventFile;
import io.coppice.page.PageRuns;
import io.coppice.storage.SealedManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report} as its user sees it. */
class ReportCommandTest {

  @TempDir Path directory;

  @Test
  void report_runThatEnded_namesThePageThatItLeft() throws IOException {
    Path ended = PageRuns.ended("anchor");
    byte[] before = Files.readAllBytes(ended.resolve("report.html"));
    Outcome outcome = run("report", ended.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("The run left its page when it ended", ended.toAbsolutePath() + "/report.html");
    assertThat(ended.resolve("report.html")).hasBinaryContent(before);

    Path file = directory.resolve("page.html");
    Outcome other = run("report", ended.toString(), "--output", file.toString());
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(file).as("made again of the same files").hasBinaryContent(before);
    assertThat(directory.resolve(".page.html.crc")).doesNotExist();
  }

  @Test
  void report_runThatDidNotEnd_leavesThePageInItsDirectory() throws IOException {
    Path run = PageRuns.copy(PageRuns.stopped("anchor", 5), directory.resolve("run"));
    Outcome outcome = run("report", run.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("report.html: resnet8, 5 rounds, the run has not ended");
    assertThat(run.resolve("report.html")).content().contains("http-equiv=\"refresh\"");
    assertThat(run("report", run.toString()).exitCode()).as("again").isZero();
    assertThat(run("verify", run.toString()).exitCode()).isZero();
  }

  @Test
  void report_watching_endsWithTheRun() throws Exception {
    Path ended = PageRuns.ended("anchor");
    // The page names the run's directory, so a copy of it has the same name.
    Path run = PageRuns.copy(ended, directory.resolve(ended.getFileName()));
    Files.move(run.resolve("manifest.json"), directory.resolve("manifest.json"));
    Path page = run.resolve("report.html");
    Files.delete(page);
    CompletableFuture<Outcome> watching =
        CompletableFuture.supplyAsync(() -> run("report", run.toString(), "--watch", "1"));
    while (!Files.exists(page) || !Files.readString(page).contains("</html>")) {
      assertThat(watching).isNotDone();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    Files.move(directory.resolve("manifest.json"), run.resolve("manifest.json"));
    Outcome outcome = watching.get(1, TimeUnit.MINUTES);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("the run has not ended", "resnet8");
    assertThat(page).hasSameBinaryContentAs(ended.resolve("report.html"));
  }

  @Test
  void report_tensorBoard_writesEventsOutsideOfTheRun() throws IOException {
    Path stopped = PageRuns.copy(PageRuns.stopped("anchor", 5), directory.resolve("run"));
    Path logs = directory.resolve("logs/run");
    Outcome outcome = run("report", stopped.toString(), "--tensorboard", logs.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("bytes of events, the run has not ended");
    Path file = logs.resolve("events.out.tfevents.0000000001.coppice");
    assertThat(EventFile.read(Files.readAllBytes(file)).scalars("round/loss")).hasSize(5);

    Path ended = PageRuns.ended("anchor");
    String[] watching = {
      "report", ended.toString(), "--tensorboard", logs.toString(), "--watch", "1"
    };
    assertThat(run(watching).exitCode()).as("ends with the run").isZero();
    assertThat(run(watching).out()).as("nothing new").isEmpty();
    assertThat(file).as("events of another run").isEmptyFile();
    assertThat(
            EventFile.read(
                    Files.readAllBytes(logs.resolve("events.out.tfevents.0000000002.coppice")))
                .scalars("epoch/loss"))
        .hasSize(4);

    Outcome inside =
        run("report", stopped.toString(), "--tensorboard", stopped.resolve("logs").toString());
    assertThat(inside.exitCode()).isEqualTo(2);
    assertThat(inside.err()).contains("outside of the run's");
    assertThat(stopped.resolve("logs")).doesNotExist();
  }

  @Test
  void report_json_printsTheFiguresAndMakesNoPage() throws IOException {
    Path run = PageRuns.copy(PageRuns.stopped("anchor", 5), directory.resolve("run"));
    Outcome outcome = run("report", run.toString(), "--json");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.path("network").asText()).isEqualTo("resnet8");
    assertThat(json.path("ended").asBoolean(true)).isFalse();
    assertThat(json.path("curves").path("rounds")).hasSize(5);
    assertThat(outcome.out()).doesNotContain("literal-secret");
    assertThat(run.resolve("report.html")).doesNotExist();
  }

  @Test
  void report_wrongUsage_exitsWithTwo() throws IOException {
    String run = PageRuns.ended("anchor").toString();
    assertUsage("no such directory", "report", directory.resolve("none").toString());
    assertUsage("found none of them", "report", directory.toString());
    assertUsage("at least 1", "report", run, "--watch", "0");
    assertUsage("makes no file", "report", run, "--json", "--output", "page.html");
    Files.writeString(directory.resolve("something"), "else");
    assertUsage("no directory of a run", "report", directory.toString());
  }

  private static void assertUsage(String message, String... arguments) {
    Outcome outcome = run(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).contains(message);
  }

  @Test
  void report_pageOfARunThatEndedIsDamaged_isMadeAgainToTheByte() throws IOException {
    Path ended = PageRuns.ended("anchor");
    Path run = PageRuns.copy(ended, directory.resolve(ended.getFileName()));
    Files.writeString(run.resolve("report.html"), "something else");
    assertThat(run("verify", run.toString()).exitCode()).isEqualTo(7);
    assertThat(run("report", run.toString()).exitCode()).isZero();
    assertThat(run("verify", run.toString()).exitCode()).isZero();
    Files.delete(run.resolve("report.html"));
    assertThat(run("report", run.toString()).exitCode()).isZero();
    assertThat(run("verify", run.toString()).exitCode()).isZero();
  }

  @Test
  void report_runOfAnEarlierVersionWithoutPage_getsOneAndStaysWhole() throws IOException {
    Path run = PageRuns.copy(PageRuns.ended("anchor"), directory.resolve("run"));
    Files.delete(run.resolve("report.html"));
    Path manifest = run.resolve("manifest.json");
    ObjectNode without = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(manifest));
    without.put("schema", 4).put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    ((ObjectNode) without.path("files")).remove("report.html");
    Files.write(manifest, SealedManifest.seal(new ObjectMapper().writeValueAsBytes(without)));
    assertThat(run("verify", run.toString()).exitCode()).isZero();
    assertThat(run("report", run.toString()).exitCode()).isZero();
    assertThat(run.resolve("report.html")).isNotEmptyFile();
    assertThat(run("verify", run.toString()).exitCode()).isZero();
  }

  @Test
  void report_damagedManifestOrFilesThatThePageIsOf_exitsWithSeven() throws IOException {
    Path run = PageRuns.copy(PageRuns.ended("anchor"), directory.resolve("run"));
    Files.delete(run.resolve("report.html"));
    Files.writeString(run.resolve("network.json"), "{}");
    Outcome page = run("report", run.toString());
    assertThat(page.exitCode()).isEqualTo(7);
    assertThat(page.err()).contains("report.html: expected", "--output");
    Path elsewhere = directory.resolve("page.html");
    Outcome other = run("report", run.toString(), "--output", elsewhere.toString());
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(elsewhere).content().contains("The network is not shown");
    Files.writeString(run.resolve("manifest.json"), "{}");
    assertThat(run("report", run.toString()).exitCode()).isEqualTo(7);
  }

  @Test
  void report_fileCannotBeWritten_exitsWithFive() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "precious");
    Outcome outcome =
        run(
            "report",
            PageRuns.ended("anchor").toString(),
            "--output",
            file.resolve("page.html").toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(5);
    assertThat(file).hasContent("precious");
  }
}
