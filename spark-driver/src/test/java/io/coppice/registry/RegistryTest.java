package io.coppice.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.ConfigException;
import io.coppice.model.ModelEvaluation;
import io.coppice.registry.HistoryEntry.Action;
import io.coppice.shards.DataSummary;
import io.coppice.source.SampleImages;
import io.coppice.spark.SmallRun;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import io.coppice.storage.FaultyFileSystem;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunOwner;
import io.coppice.storage.UnusableCheckpointException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {

  private static final ModelEvaluation TESTED =
      ModelEvaluation.of(List.of("cat", "dog"), 1, new long[][] {{40, 10}, {0, 50}});

  @TempDir static Path forAllTests;
  private static DataSummary data;

  @TempDir Path directory;
  private Registry registry;

  /** A run as a retraining leaves it. */
  @BeforeAll
  static void train() throws IOException {
    Map<String, String> settings =
        Map.of(
            "network.name", "resnet8",
            "network.width", "0.25",
            "training.epochs", "1",
            "finish.candidates", "1",
            "finish.fineTuneEpochs", "0");
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      TrainingResult result =
          Trainer.of(settings)
              .output(forAllTests.resolve("run").toString())
              .train(spark, SampleImages.first(300, 50));
      data = result.setup().data();
    }
  }

  @BeforeEach
  void copyRuns() throws IOException {
    for (String id : List.of("night-1", "night-2", "night-3")) {
      copy(forAllTests.resolve("run"), directory.resolve("runs").resolve(id));
    }
    registry = open(directory.toString());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Registry open(String path) throws IOException {
    return Registry.open(path, FaultyFileSystem.configuration());
  }

  private static int promote(Registry registry, RunOwner owner, String run) throws IOException {
    int base = registry.current();
    int number = registry.register(owner, run, base, data, TESTED);
    registry.add(
        owner,
        HistoryEntry.now(
            Action.PROMOTED, run, number, base, "a test", new ObjectMapper().createObjectNode()));
    return number;
  }

  private void promoteAll(String... runs) throws IOException {
    try (RunOwner owner = registry.claim(false)) {
      for (String run : runs) {
        promote(registry, owner, run);
      }
    }
  }

  private void damage(int version) throws IOException {
    Path file = directory.resolve(Registry.name(version)).resolve("model/compact.onnx");
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }

  @Test
  void current_nothingThere_isNone() throws IOException {
    assertThat(registry.current()).isZero();
    assertThat(registry.versions()).isEmpty();
    assertThat(registry.history()).isEmpty();
    assertThat(RegistryVerifier.verify(registry).damaged()).isFalse();
  }

  @Test
  void promote_twice_lastIsCurrentAndBothAreWholeRuns() throws IOException {
    promoteAll("night-1", "night-2");
    assertThat(registry.current()).isEqualTo(2);
    assertThat(registry.versions()).containsExactly(1, 2);
    ModelVersion version = registry.version(2);
    assertThat(version.run()).isEqualTo("night-2");
    assertThat(version.base()).isEqualTo(1);
    assertThat(version.accuracy()).isEqualTo(0.9);
    assertThat(version.testImages()).isEqualTo(100);
    assertThat(version.ofClass()).isEqualTo(data.train().ofClass());
    assertThat(version.pixelMean()).hasSize(1);
    assertThat(registry.model(2).model().network().name()).contains("resnet8");
    assertThat(registry.decision("night-1").orElseThrow().current()).isEqualTo(1);
    assertThat(registry.decision("night-3")).isEmpty();
    assertThat(directory.resolve("versions/0002/model/dense.safetensors"))
        .hasSameBinaryContentAs(directory.resolve("runs/night-2/model/dense.safetensors"));
    assertThat(RegistryVerifier.verify(registry).damaged()).isFalse();
  }

  @Test
  void promote_killedAtEveryWrite_currentIsAlwaysWholeAndTheRetryEndsIt() throws IOException {
    promoteAll("night-1");
    Registry faulty = open(FaultyFileSystem.SCHEME + "://" + directory);
    int changes = 0;
    try (RunOwner owner = faulty.claim(false)) {
      for (boolean done = false; !done; changes++) {
        FaultyFileSystem.failAfter(changes);
        try {
          promote(faulty, owner, "night-2");
          done = true;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        } finally {
          FaultyFileSystem.work();
        }
        int current = registry.current();
        registry.requireWhole(current);
        assertThat(RegistryVerifier.verify(registry).damaged()).as("change %d", changes).isFalse();
        // The last change of all closes the entry, whose bytes are there by then.
        done |= current == 2;
      }
    }
    assertThat(changes).isGreaterThan(20);
    assertThat(registry.current()).isEqualTo(2);
    assertThat(registry.versions()).containsExactly(1, 2);
  }

  @Test
  void register_killedBeforeTheEntry_isTakenAsItIsOrMadeAgainWhereDamaged() throws IOException {
    try (RunOwner owner = registry.claim(false)) {
      assertThat(registry.register(owner, "night-1", 0, data, TESTED)).isEqualTo(1);
      assertThat(registry.current()).isZero();
      assertThat(registry.register(owner, "night-1", 0, data, TESTED)).isEqualTo(1);
      damage(1);
      assertThat(registry.register(owner, "night-1", 0, data, TESTED)).isEqualTo(2);
    }
  }

  @Test
  void register_runIsDamaged_refusedAndNoVersionComesOfIt() throws IOException {
    Path file = directory.resolve("runs/night-1/model/compact.onnx");
    Files.write(file, new byte[] {1});
    try (RunOwner owner = registry.claim(false)) {
      assertThatThrownBy(() -> registry.register(owner, "night-1", 0, data, TESTED))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("runs/night-1/model/compact.onnx: expected");
    }
    assertThat(registry.versions()).isEmpty();
    assertThat(RegistryVerifier.verify(registry).lines())
        .contains("versions/0001: was not finished");
  }

  @Test
  void rollBack_withAndWithoutAVersion_makesItCurrentAndRemovesNothing() throws IOException {
    promoteAll("night-1", "night-2", "night-3");
    try (RunOwner owner = registry.claim(false)) {
      HistoryEntry entry = registry.rollBack(owner, 0, "complaints");
      assertThat(entry.current()).isEqualTo(2);
      assertThat(entry.why()).isEqualTo("back from version 3 to 2: complaints");
      assertThat(registry.current()).isEqualTo(2);
      registry.rollBack(owner, 1, "");
      assertThat(registry.current()).isEqualTo(1);
      assertThatThrownBy(() -> registry.rollBack(owner, 1, ""))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is the current one already");
      assertThatThrownBy(() -> registry.rollBack(owner, 9, ""))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("there is no version 9; there are [1, 2, 3]");
    }
    assertThat(registry.versions()).containsExactly(1, 2, 3);
    assertThat(registry.history()).hasSize(5);
  }

  @Test
  void prune_oldVersionsAndRuns_currentAndItsPredecessorsStay() throws IOException {
    promoteAll("night-1", "night-2", "night-3");
    try (RunOwner owner = registry.claim(false)) {
      registry.rollBack(owner, 1, "");
      Pruning pruning = registry.prunable(1, 1);
      assertThat(pruning).isEqualTo(new Pruning(List.of(2), List.of("night-1", "night-2")));
      registry.prune(owner, pruning);
      assertThat(registry.prunable(1, 1).isEmpty()).isTrue();
      assertThatThrownBy(() -> registry.rollBack(owner, 2, ""))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("there is no version 2; there are [1, 3]");
      assertThat(registry.rollBack(owner, 0, "").current()).isEqualTo(3);
    }
    assertThat(directory.resolve("versions/0002")).doesNotExist();
    assertThat(directory.resolve("runs")).isDirectoryContaining("glob:**night-3");
    assertThat(directory.resolve("runs/night-1")).doesNotExist();
    assertThat(registry.versions()).containsExactly(1, 3);
    assertThat(registry.history())
        .extracting(HistoryEntry::why)
        .contains("removed: version 2; runs night-1, night-2");
    assertThat(RegistryVerifier.verify(registry).damaged()).isFalse();
  }

  @Test
  void prune_unfinishedRetraining_itsRunAndWhatItStartedFromStay() throws IOException {
    promoteAll("night-1");
    try (RunOwner owner = registry.claim(false)) {
      registry.add(
          owner,
          HistoryEntry.now(
              Action.BEGAN, "night-3", 1, 1, "", new ObjectMapper().createObjectNode()));
      promote(registry, owner, "night-2");
      assertThat(registry.prunable(0, 0))
          .isEqualTo(new Pruning(List.of(), List.of("night-1", "night-2")));
    }
  }

  @Test
  void prune_killedAtEveryWrite_nothingIsDamagedAndTheRetryEndsIt() throws IOException {
    promoteAll("night-1", "night-2");
    Registry faulty = open(FaultyFileSystem.SCHEME + "://" + directory);
    int changes = 0;
    try (RunOwner owner = faulty.claim(false)) {
      for (boolean done = false; !done; changes++) {
        FaultyFileSystem.failAfter(changes);
        try {
          faulty.prune(owner, faulty.prunable(0, 0));
          done = true;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        } finally {
          FaultyFileSystem.work();
        }
        assertThat(registry.current()).isEqualTo(2);
        registry.requireWhole(2);
        assertThat(RegistryVerifier.verify(registry).damaged()).as("change %d", changes).isFalse();
      }
    }
    assertThat(changes).isGreaterThan(3);
    assertThat(registry.versions()).containsExactly(2);
    assertThat(registry.prunable(0, 0).isEmpty()).isTrue();
  }

  @Test
  void requireWhole_versionDamaged_refusedAndVerifyNamesIt() throws IOException {
    promoteAll("night-1", "night-2");
    damage(2);
    assertThatThrownBy(() -> registry.requireWhole(2))
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContainingAll("version 2 is damaged", "compact.onnx: expected", "rollback");
    assertThat(RegistryVerifier.verify(registry).damaged()).isTrue();
    damage(1);
    try (RunOwner owner = registry.claim(false)) {
      assertThatThrownBy(() -> registry.rollBack(owner, 1, ""))
          .isInstanceOf(UnusableCheckpointException.class);
    }
    assertThat(registry.current()).isEqualTo(2);
  }

  @Test
  void current_newestEntryDamaged_refusedUntilSomebodyDecides() throws IOException {
    promoteAll("night-1", "night-2");
    Path entry = directory.resolve("history/00000002.json");
    Files.writeString(entry, Files.readString(entry).replace("\"current\":2", "\"current\":7"));
    assertThatThrownBy(() -> registry.current())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContainingAll("rollback --to", "00000002.json: expected SHA-256");
    assertThat(RegistryVerifier.verify(registry).damaged()).isTrue();
    try (RunOwner owner = registry.claim(false)) {
      assertThatThrownBy(() -> registry.rollBack(owner, 0, ""))
          .isInstanceOf(UnusableCheckpointException.class);
      registry.rollBack(owner, 2, "the entry is damaged");
    }
    assertThat(registry.current()).isEqualTo(2);
  }

  @Test
  void verify_versionOrEntryGone_isDamage() throws IOException {
    promoteAll("night-1", "night-2");
    Files.delete(directory.resolve("history/00000001.json"));
    Files.move(directory.resolve("versions/0002"), directory.resolve("versions/gone"));
    assertThat(RegistryVerifier.verify(registry).lines())
        .contains(
            "history: entry 1 is missing",
            "versions/0002: the history names it, and it is not there");
  }

  @Test
  void claim_twice_secondIsToldWhoHasIt() throws IOException {
    try (RunOwner owner = registry.claim(false)) {
      owner.requireOwned();
      assertThatThrownBy(() -> open(directory.toString()).claim(false))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContainingAll(
              "the registry is in use by process " + ProcessHandle.current().pid(), "since 2");
    }
  }

  @Test
  void open_whatIsNoRegistry_refused() throws IOException {
    Files.createFile(directory.resolve("photo.jpg"));
    assertThatThrownBy(() -> open(directory.toString()))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining("no registry (it holds photo.jpg)");
  }
}
