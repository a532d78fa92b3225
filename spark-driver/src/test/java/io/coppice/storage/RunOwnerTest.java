package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.RunOwner.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOwnerTest {

  private static final Pulse FAST =
      new Pulse(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(20));

  /** Of competitors that find a claim left behind, which never shows life. */
  private static final Pulse HASTY =
      new Pulse(Duration.ofMillis(5), Duration.ofMillis(15), Duration.ofMillis(20));

  private static final ProcessIdentity HERE = ProcessIdentity.current();
  private static final ProcessIdentity ELSEWHERE =
      new ProcessIdentity("node7", "another boot", 4711, "2026-01-01T00:00:00Z", "ada");
  private static final int RACES = 100;
  private static final int RUNNERS = 4;

  @TempDir Path temp;

  @Test
  void claim_ownedByALiveProcess_refusesNamingIt() throws IOException {
    RunDirectory directory = directory("run");
    try (RunOwner owner = claim(directory, false)) {
      owner.requireOwned();
      for (boolean takeOver : new boolean[] {false, true}) {
        assertThatThrownBy(() -> claim(directory, takeOver))
            .isInstanceOf(OutputInUseException.class)
            .hasMessageContaining("process " + HERE.pid())
            .hasMessageContaining(HERE.host());
      }
      owner.requireOwned();
    }
    claim(directory, false).close();
  }

  @Test
  void claim_ownerIsDeadOnThisMachine_needsNoWord() throws Exception {
    RunDirectory directory = directory("run");
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    leaveClaim(
        directory, new ProcessIdentity(HERE.host(), HERE.machine(), process.pid(), "then", "ada"));
    try (RunOwner owner = claim(directory, false)) {
      owner.requireOwned();
      assertThat(claims(directory)).hasSize(1);
    }
  }

  @Test
  void claim_ownerOnAnotherMachine_onlyByTakeOverOnceItIsSilent() throws IOException {
    RunDirectory directory = directory("run");
    leaveClaim(directory, ELSEWHERE);
    assertThatThrownBy(() -> claim(directory, false))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining("process 4711 of ada on node7")
        .hasMessageContaining("--take-over");
    try (RunOwner owner = claim(directory, true)) {
      owner.requireOwned();
    }
  }

  @Test
  void claim_takeOverOfAnOwnerThatShowsLife_refuses() throws IOException {
    RunDirectory directory = directory("run");
    try (RunOwner owner = RunOwner.claim(directory, false, ELSEWHERE, FAST)) {
      assertThatThrownBy(() -> claim(directory, true))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("sign of life");
      owner.requireOwned();
    }
  }

  @Test
  void requireOwned_takenOver_endsTheOldOwner() throws IOException {
    RunDirectory directory = directory("run");
    RunOwner old = RunOwner.claim(directory, false, ELSEWHERE, FAST);
    old.close();
    leaveClaim(directory, ELSEWHERE);
    try (RunOwner now = claim(directory, true)) {
      now.requireOwned();
      assertThatThrownBy(old::requireOwned)
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("taken over by process " + HERE.pid());
    }
  }

  @Test
  void claim_manyAtOnceAHundredTimes_oneWinnerEachTime() throws Exception {
    for (int race = 0; race < RACES; race++) {
      assertOneWinner(directory("race" + race), false);
    }
  }

  @Test
  void claim_manyTakeOversAtOnceAHundredTimes_oneWinnerEachTime() throws Exception {
    for (int race = 0; race < RACES; race++) {
      RunDirectory directory = directory("race" + race);
      leaveClaim(directory, ELSEWHERE);
      assertOneWinner(directory, true);
    }
  }

  @Test
  void claim_emptyClaimLeftBehind_refusesUntilTakenOver() throws IOException {
    RunDirectory directory = directory("run");
    Path claims = Files.createDirectories(temp.resolve("run/owner"));
    Files.createFile(claims.resolve("x.json"));
    assertThatThrownBy(() -> claim(directory, false))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining("--take-over");
    claim(directory, true).close();
  }

  @Test
  void beat_clientOfTheStoreFailsUnchecked_goesOnBeating() throws Exception {
    RunDirectory directory =
        RunDirectory.open(
            FaultyFileSystem.SCHEME + "://" + temp.resolve("run"),
            FaultyFileSystem.configuration());
    try (RunOwner owner = claim(directory, false)) {
      FaultyFileSystem.failUnchecked();
      await(() -> FaultyFileSystem.uncheckedFailures() > 0);
      FaultyFileSystem.work();
      Path owners = temp.resolve("run/owner");
      for (String name : Objects.requireNonNull(owners.toFile().list())) {
        if (name.endsWith(".beat")) {
          Files.delete(owners.resolve(name));
        }
      }
      await(
          () ->
              Arrays.stream(Objects.requireNonNull(owners.toFile().list()))
                  .anyMatch(name -> name.endsWith(".beat")));
      owner.requireOwned();
    } finally {
      FaultyFileSystem.work();
    }
  }

  private static void await(BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static void assertOneWinner(RunDirectory directory, boolean takeOver) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(RUNNERS);
    CyclicBarrier start = new CyclicBarrier(RUNNERS);
    List<Future<RunOwner>> runners = new ArrayList<>();
    for (int runner = 0; runner < RUNNERS; runner++) {
      Callable<RunOwner> claim =
          () -> {
            start.await();
            return RunOwner.claim(directory, takeOver, HERE, HASTY);
          };
      runners.add(threads.submit(claim));
    }
    List<RunOwner> winners = new ArrayList<>();
    for (Future<RunOwner> runner : runners) {
      try {
        winners.add(runner.get());
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(OutputInUseException.class);
      }
    }
    threads.shutdown();
    assertThat(winners).hasSize(1);
    winners.get(0).requireOwned();
    winners.get(0).close();
  }

  private RunDirectory directory(String name) throws IOException {
    return RunDirectory.open(temp.resolve(name).toString(), new Configuration());
  }

  private static RunOwner claim(RunDirectory directory, boolean takeOver) throws IOException {
    return RunOwner.claim(directory, takeOver, HERE, FAST);
  }

  private static void leaveClaim(RunDirectory directory, ProcessIdentity process)
      throws IOException {
    ObjectNode claim = new ObjectMapper().createObjectNode();
    claim.set("process", process.toJson());
    claim.put("since", "2026-01-01T00:00:00Z");
    Path claims = Files.createDirectories(Path.of(directory.location(), "owner"));
    Files.write(claims.resolve("left-behind.json"), BoundedJson.write(claim));
  }

  private static List<String> claims(RunDirectory directory) {
    String[] names = Path.of(directory.location(), "owner").toFile().list();
    return names == null
        ? List.of()
        : Arrays.stream(names).filter(name -> name.endsWith(".json")).toList();
  }
}
