package io.coppice.storage;

import static io.coppice.storage.SampleCheckpoints.checkpoint;
import static io.coppice.storage.SampleCheckpoints.identity;
import static io.coppice.storage.SampleCheckpoints.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.ConfigReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path run;
  private RunDirectory runDirectory;
  private CheckpointStore store;

  @BeforeEach
  void open() throws IOException {
    runDirectory = SampleCheckpoints.directory(run.toString());
    store = store(runDirectory);
  }

  @Test
  void latest_nothingThere_isNone() throws IOException {
    CheckpointStore.Found found = store.latest();
    assertThat(found.checkpoint()).isEmpty();
    assertThat(found.passedOver()).isEmpty();
  }

  @Test
  void latest_severalWritten_isTheNewestAsItWas() throws IOException {
    store.write(checkpoint(9));
    store.write(checkpoint(10));
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(10));
  }

  @Test
  void write_sameStateTwice_sameBytesButForTheManifest() throws IOException {
    store.write(checkpoint(3));
    Map<String, byte[]> first = contents(directory(3));
    store.write(checkpoint(3));
    Map<String, byte[]> second = contents(directory(3));
    assertThat(second.keySet()).isEqualTo(first.keySet()).hasSize(6);
    for (String name : first.keySet()) {
      if (!name.equals("manifest.json")) {
        assertThat(second.get(name)).as(name).isEqualTo(first.get(name));
      }
    }
  }

  @Test
  void latest_anyByteOfAnyFileFlipped_isThePreviousAndNamesBoth() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    for (Path file : files(directory(2))) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i += stride(whole)) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 << i % 8);
        Files.write(file, damaged);
        assertDamageIsSeen(file + " byte " + i, i);
      }
      Files.write(file, whole);
    }
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(2));
  }

  @Test
  void latest_anyFileTruncatedAtAnyLength_isThePreviousAndNamesBoth() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    for (Path file : files(directory(2))) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length += stride(whole)) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertDamageIsSeen(file + " of " + length + " bytes", length);
      }
      Files.write(file, Arrays.copyOf(whole, whole.length + 1));
      assertPreviousIsUsed(file + " with a byte more");
      Files.write(file, whole);
    }
  }

  @Test
  void latest_anyFileMissing_isThePrevious() throws IOException {
    store.write(checkpoint(1));
    for (Path file : files(directory(1))) {
      store.write(checkpoint(2));
      Files.delete(run.resolve(directory(2)).resolve(file.getFileName()));
      assertPreviousIsUsed("without " + file.getFileName());
    }
  }

  @Test
  void latest_allDamaged_refusesNamingEach() throws IOException {
    for (int number = 1; number <= 2; number++) {
      store.write(checkpoint(number));
      Files.write(directory(number).resolve("weights.safetensors"), new byte[] {1, 2, 3});
    }
    assertThatThrownBy(() -> store.latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("no checkpoint is whole")
        .hasMessageContaining("00000001/weights.safetensors: expected")
        .hasMessageContaining("00000002/weights.safetensors: expected")
        .hasMessageContaining("bytes, found 3");
  }

  @Test
  void write_nthChangeFailsForEveryN_neverHarmsThePrevious() throws IOException {
    RunDirectory faulty =
        RunDirectory.open(FaultyFileSystem.SCHEME + "://" + run, FaultyFileSystem.configuration());
    CheckpointStore faultyStore = store(faulty);
    faultyStore.write(checkpoint(1));
    int changes = 0;
    boolean written = false;
    while (!written) {
      FaultyFileSystem.failAfter(changes);
      try {
        faultyStore.write(checkpoint(2));
        written = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      } finally {
        FaultyFileSystem.work();
      }
      if (!written) {
        // The last change of all closes the manifest, whose bytes are there by then.
        Checkpoint found = store.latest().checkpoint().orElseThrow();
        assertThat(found.number()).isBetween(1L, 2L);
        SampleCheckpoints.assertSame(found, checkpoint(found.number()));
      }
      changes++;
    }
    assertThat(changes).isGreaterThan(20);
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(2));
  }

  @Test
  void latest_otherConfiguration_refusesSpellingOutTheDifference() throws IOException {
    store.write(checkpoint(1));
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other = identity(Map.of("training.epochs", "6", "structure.budget", "0.5"));
    assertThatThrownBy(() -> store(directory, other).latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("'training.epochs' was 5 and is 6")
        .hasMessageContaining("'structure.budget' was 0.36 and is 0.5");
  }

  @Test
  void latest_otherData_refusesSpellingOutTheDifference() throws IOException {
    store.write(checkpoint(1));
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other = new RunIdentity(identity().config(), "other-hash", "test-hash");
    assertThatThrownBy(() -> store(directory, other).latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("training images")
        .hasMessageContaining("was train-hash and is other-hash");
  }

  @Test
  void latest_otherSchema_refusesNamingBothVersions() throws IOException {
    for (String schema : List.of("0", "2")) {
      store.write(checkpoint(1));
      rewriteManifest(body -> body.replace("\"schema\":1", "\"schema\":" + schema));
      assertThatThrownBy(() -> store.latest())
          .isInstanceOf(UnusableCheckpointException.class)
          .hasMessageContaining("its schema is " + schema + " (written by coppice test)")
          .hasMessageContaining("this version reads 1");
    }
  }

  @Test
  void latest_operationalSettingsChanged_goesOn() throws IOException {
    store.write(checkpoint(1));
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other =
        identity(Map.of("training.epochs", "5", "checkpoint.keep", "9", "output", "/elsewhere"));
    assertThat(store(directory, other).latest().checkpoint()).isPresent();
  }

  @Test
  void latest_hostileManifest_readsAndWritesNothingOutside() throws IOException {
    Path outside = run.resolveSibling("outside-" + run.getFileName());
    Files.writeString(outside, "precious");
    store.write(checkpoint(1));
    rewriteManifest(
        body ->
            body.replace(
                "\"files\":{",
                "\"files\":{\"../../../" + outside.getFileName() + "\":{\"bytes\":8},"));
    assertThat(store.latest().checkpoint()).as("a name it does not look at").isPresent();
    rewriteManifest(
        body ->
            body.replaceFirst(
                "state.json\":\\{\"bytes\":\\d+", "state.json\":{\"bytes\":9000000000000000000"));
    assertThatThrownBy(() -> store.latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("9000000000000000000");
    assertThat(outside).hasContent("precious");
    Files.delete(outside);
  }

  @Test
  void prune_keepTwo_removesTheOldestOnly() throws IOException {
    for (int number = 1; number <= 4; number++) {
      store.write(checkpoint(number));
    }
    Files.createDirectories(directory(5));
    store.prune(2);
    try (Stream<Path> left = Files.list(run.resolve("checkpoints"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("00000003", "00000004", "00000005");
    }
  }

  @Test
  void latest_goldenCheckpoint_loadsAsItWasWritten() throws Exception {
    Path golden = golden();
    JsonNode manifest =
        new ObjectMapper()
            .readTree(golden.resolve("checkpoints/00000012/manifest.json").toFile())
            .path("manifest");
    // Its own configuration, because a default may have changed since.
    RunIdentity identity =
        new RunIdentity(
            ConfigReader.read("golden", manifest.path("config").toString(), Map.of()),
            "train-hash",
            "test-hash");
    CheckpointStore goldenStore = store(SampleCheckpoints.directory(golden.toString()), identity);
    SampleCheckpoints.assertSame(
        goldenStore.latest().checkpoint().orElseThrow(),
        SampleCheckpoints.checkpoint(12, List.of()));
  }

  private static Path golden() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(
                CheckpointStoreTest.class.getResource("/io/coppice/storage/golden-run"))
            .toURI());
  }

  private interface Edit {
    String apply(String body);
  }

  /** Edits the manifest of checkpoint 1, with the hash that fits. */
  private void rewriteManifest(Edit edit) throws IOException {
    Path file = directory(1).resolve("manifest.json");
    String text = Files.readString(file);
    int start = text.indexOf("\"manifest\":") + "\"manifest\":".length();
    String body = edit.apply(text.substring(start, text.length() - 2));
    Files.writeString(file, "{\"sha256\":\"" + sha256(body) + "\",\"manifest\":" + body + "}\n");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every byte of what is small; of the weights' thousands of bytes every thirteenth. */
  private static int stride(byte[] file) {
    return file.length > 2000 ? 13 : 1;
  }

  /** Loads the previous one now and then, and in between only looks at the files, as that does. */
  private void assertDamageIsSeen(String damage, int position) throws IOException {
    List<CheckpointStore.Condition> conditions = CheckpointStore.inspect(runDirectory);
    assertThat(conditions.get(0).whole()).as(damage).isFalse();
    assertThat(conditions.get(1).whole()).as(damage).isTrue();
    if (position % 50 == 0) {
      assertPreviousIsUsed(damage);
    }
  }

  private void assertPreviousIsUsed(String damage) throws IOException {
    CheckpointStore.Found found = store.latest();
    assertThat(found.checkpoint().orElseThrow().number()).as(damage).isEqualTo(1);
    assertThat(found.passedOver())
        .as(damage)
        .singleElement()
        .asString()
        .contains("checkpoints/00000002");
  }

  private Path directory(int number) {
    return run.resolve(String.format("checkpoints/%08d", number));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static Map<String, byte[]> contents(Path directory) throws IOException {
    Map<String, byte[]> contents = new java.util.TreeMap<>();
    for (Path file : files(directory)) {
      contents.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return contents;
  }
}
