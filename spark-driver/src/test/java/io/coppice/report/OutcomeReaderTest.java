package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.FaultyFileSystem;
import io.coppice.storage.ProcessIdentity;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link OutcomeRecord} writes, and what {@link OutcomeReader} makes of what it finds. */
class OutcomeReaderTest {

  private static final ProcessIdentity HERE = ProcessIdentity.current();
  private static final ObjectNode NOTHING = new ObjectMapper().createObjectNode();

  @TempDir private Path temp;
  private Path run;
  private RunDirectory directory;
  private final List<String> cautions = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    run = temp.resolve("run");
    directory = RunDirectory.open(run.toString(), new Configuration());
  }

  private OutcomeRecord record(RunOwner owner) {
    return OutcomeRecord.of(directory.outcome(), owner, cautions::add);
  }

  private ExitCode code() throws IOException {
    return OutcomeReader.ofRun(directory).exitCode();
  }

  @Test
  void ofRun_nothingThere_isUnknown() throws IOException {
    assertThat(code()).isEqualTo(ExitCode.NO_OUTCOME);
  }

  @Test
  void ofRun_attemptFromItsBeginToItsEnd_runsAndThenIsWhatItSaid() throws IOException {
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      OutcomeRecord record = record(owner);
      awaitBeat();
      assertThat(code()).as("claimed, nothing said yet").isEqualTo(ExitCode.NOT_ENDED);
      record.begin(NOTHING);
      record.application("local-1");
      RunOutcome running = OutcomeReader.ofRun(directory);
      assertThat(running.exitCode()).isEqualTo(ExitCode.NOT_ENDED);
      assertThat(running.application()).isEqualTo("local-1");
      assertThat(running.process()).isEqualTo(HERE);
      record.end(ExitCode.DATA, "row 7 of s3a://ada:secret@bucket/a is null");
      assertThat(code()).as("it still has the directory").isEqualTo(ExitCode.DATA);
    }
    RunOutcome ended = OutcomeReader.ofRun(directory);
    assertThat(ended.exitCode()).isEqualTo(ExitCode.DATA);
    assertThat(ended.message()).contains("row 7").doesNotContain("secret");
    assertThat(ended.attempt()).isEqualTo(1);
    assertThat(Instant.parse(ended.endedAt())).isAfterOrEqualTo(Instant.parse(ended.startedAt()));
    assertThat(cautions).isEmpty();
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      awaitBeat();
      assertThat(code()).as("the next attempt has said nothing").isEqualTo(ExitCode.NOT_ENDED);
      OutcomeRecord second = record(owner);
      second.end(ExitCode.TERMINATED, "stopped");
    }
    assertThat(OutcomeReader.ofRun(directory).attempt()).isEqualTo(2);
  }

  /** The heart beats on a thread of its own. */
  private void awaitBeat() throws IOException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (RunOwner.holder(directory).isEmpty()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void ofRun_ownerDied_isKilledWhateverAnEarlierAttemptSaid() throws Exception {
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      record(owner).end(ExitCode.STORAGE, "full");
    }
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    ProcessIdentity dead =
        new ProcessIdentity(HERE.host(), HERE.machine(), process.pid(), "then", "ada");
    leaveClaim(dead, Instant.now().plusSeconds(2), Instant.now());
    RunOutcome outcome = OutcomeReader.ofRun(directory);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.KILLED);
    assertThat(outcome.message()).contains("process " + process.pid() + " of ada", "killed");
    assertThat(outcome.attempt()).isEqualTo(2);
  }

  @Test
  void ofRun_ownerOnAnotherMachine_runsUntilItIsSilentForLong() throws IOException {
    ProcessIdentity elsewhere =
        new ProcessIdentity("node7", "another boot", 4711, "2026-01-01T00:00:00Z", "ada");
    leaveClaim(elsewhere, Instant.now(), Instant.now());
    assertThat(code()).isEqualTo(ExitCode.NOT_ENDED);
    leaveClaim(elsewhere, Instant.now(), Instant.now().minusSeconds(300));
    RunOutcome silent = OutcomeReader.ofRun(directory);
    assertThat(silent.exitCode()).isEqualTo(ExitCode.KILLED);
    assertThat(silent.message()).contains("node7", "no sign of life");
  }

  @Test
  void ofRun_saysThatItRunsAndNobodyHasTheDirectory_isKilled() throws IOException {
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      record(owner).begin(NOTHING);
    }
    RunOutcome outcome = OutcomeReader.ofRun(directory);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.KILLED);
    assertThat(outcome.message()).contains("process " + HERE.pid(), "no word");
  }

  @Test
  void ofRun_fileCutOff_countsAsNotThere() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("outcome.json"), "{\"exitCode\": 0, \"mess");
    assertThat(code()).isEqualTo(ExitCode.NO_OUTCOME);
    Files.writeString(run.resolve("outcome.json"), "{\"exitCode\": 999}");
    assertThat(code()).isEqualTo(ExitCode.NO_OUTCOME);
  }

  @Test
  void end_directoryTakenOver_leavesItsNewOwnersWord() throws IOException {
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      OutcomeRecord record = record(owner);
      for (Path file : Files.list(run.resolve("owner")).toList()) {
        Files.delete(file);
      }
      Files.writeString(run.resolve("outcome.json"), "{\"exitCode\": 8}");
      record.end(ExitCode.OUTPUT_IN_USE, "taken over");
    }
    assertThat(code()).isEqualTo(ExitCode.CLUSTER);
    assertThat(cautions).isEmpty();
  }

  @Test
  void end_noSpace_isACautionAndNothingElse() throws IOException {
    try (RunDirectory faulty =
            RunDirectory.open(
                FaultyFileSystem.SCHEME + "://" + run, FaultyFileSystem.configuration());
        RunOwner owner = RunOwner.claim(faulty, false)) {
      OutcomeRecord record = OutcomeRecord.of(faulty.outcome(), owner, cautions::add);
      FaultyFileSystem.failAfter(0);
      record.begin(NOTHING);
      record.end(ExitCode.DONE, "done");
      FaultyFileSystem.work();
    } finally {
      FaultyFileSystem.work();
    }
    assertThat(cautions)
        .hasSize(2)
        .allMatch(caution -> caution.contains("outcome.json could not be written"));
  }

  private void leaveClaim(ProcessIdentity process, Instant since, Instant lastSign)
      throws IOException {
    ObjectNode claim = new ObjectMapper().createObjectNode();
    claim.set("process", process.toJson());
    claim.put("since", since.toString());
    Path owners = Files.createDirectories(run.resolve("owner"));
    Files.writeString(owners.resolve("left.json"), claim.toString());
    Path beat = owners.resolve("left.beat");
    Files.writeString(beat, "");
    Files.setLastModifiedTime(beat, FileTime.from(lastSign));
  }
}
