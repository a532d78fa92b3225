package io.coppice.storage;

import static io.coppice.storage.SampleCheckpoints.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.RunConfig.CheckpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncCheckpointsTest {

  private static final CheckpointConfig EVERY_TWO_ROUNDS = new CheckpointConfig(0, 2, 2, 1);

  @TempDir Path run;
  private final List<String> warnings = new ArrayList<>();
  private final List<Long> written = Collections.synchronizedList(new ArrayList<>());

  @Test
  void save_dueByRounds_writesAndPrunes() throws IOException {
    RunDirectory directory = RunDirectory.open(run.toString(), new Configuration());
    try (RunOwner owner = RunOwner.claim(directory, false);
        AsyncCheckpoints checkpoints = checkpoints(directory, owner)) {
      List<Long> due = new ArrayList<>();
      for (long number = 1; number <= 9; number++) {
        if (checkpoints.isDue(number)) {
          due.add(number);
          checkpoints.save(checkpoint(number));
          SampleCheckpoints.assertSame(checkpoints.last().orElseThrow(), checkpoint(number));
        }
      }
      assertThat(due).containsExactly(2L, 4L, 6L, 8L);
    }
    assertThat(written).isEqualTo(List.of(2L, 4L, 6L, 8L));
    assertThat(run.resolve("checkpoints").toFile().list())
        .containsExactlyInAnyOrder("00000006", "00000008");
    assertThat(warnings).isEmpty();
  }

  @Test
  void save_cannotBeWritten_warnsAndEndsTheRunWhenItHappensAgain() throws IOException {
    RunDirectory directory =
        RunDirectory.open(FaultyFileSystem.SCHEME + "://" + run, FaultyFileSystem.configuration());
    try (RunOwner owner = RunOwner.claim(directory, false);
        AsyncCheckpoints checkpoints = checkpoints(directory, owner)) {
      checkpoints.saveNow(checkpoint(2));
      FaultyFileSystem.failAfter(0);
      checkpoints.save(checkpoint(4));
      checkpoints.save(checkpoint(6));
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains("round 4", "No space left on device", "untouched");
      assertThatThrownBy(checkpoints::last)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("round 6")
          .hasMessageContaining("2 in a row");
      FaultyFileSystem.work();
      SampleCheckpoints.assertSame(checkpoints.last().orElseThrow(), checkpoint(2));
    } finally {
      FaultyFileSystem.work();
    }
  }

  @Test
  void save_directoryWasTakenOver_writesNothing() throws IOException {
    RunDirectory directory = RunDirectory.open(run.toString(), new Configuration());
    try (RunOwner owner = RunOwner.claim(directory, false);
        AsyncCheckpoints checkpoints = checkpoints(directory, owner)) {
      for (String claim : new String[] {".json", ".beat"}) {
        for (String name : java.util.Objects.requireNonNull(run.resolve("owner").toFile().list())) {
          if (name.endsWith(claim)) {
            Files.delete(run.resolve("owner").resolve(name));
          }
        }
      }
      assertThatThrownBy(() -> checkpoints.saveNow(checkpoint(2)))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("taken over");
      assertThat(run.resolve("checkpoints")).doesNotExist();
    }
  }

  private AsyncCheckpoints checkpoints(RunDirectory directory, RunOwner owner) throws IOException {
    return new AsyncCheckpoints(
        SampleCheckpoints.store(directory),
        owner,
        MetricsLog.open(directory, List.of(), warnings::add),
        EVERY_TWO_ROUNDS,
        0,
        new AsyncCheckpoints.Watcher() {
          @Override
          public void written(long number, double seconds) {
            assertThat(seconds).isPositive();
            written.add(number);
          }

          @Override
          public void failed(long number, String problem) {
            warnings.add(problem);
          }
        });
  }
}
