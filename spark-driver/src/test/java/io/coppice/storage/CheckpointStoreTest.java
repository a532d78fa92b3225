package io.coppice.storage;

import static io.coppice.storage.SampleCheckpoints.checkpoint;
import static io.coppice.storage.SampleCheckpoints.identity;
import static io.coppice.storage.SampleCheckpoints.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.compact.NetworkCost;
import io.coppice.config.ConfigReader;
import io.coppice.strategy.AnchorStrategy;
import io.coppice.strategy.Budget;
import io.coppice.strategy.MaskDraws;
import io.coppice.strategy.PolicyGradientOptions;
import io.coppice.structure.CostModel;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    store.write(checkpoint(9), List.of());
    store.write(checkpoint(10), List.of());
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(10));
  }

  @Test
  void write_sameStateTwice_sameBytesButForTheManifest() throws IOException {
    store.write(checkpoint(3), List.of());
    Map<String, byte[]> first = contents(directory(3));
    store.write(checkpoint(3), List.of());
    Map<String, byte[]> second = contents(run.resolve("checkpoints/00000003-1"));
    assertThat(second.keySet()).isEqualTo(first.keySet()).hasSize(5);
    for (String name : first.keySet()) {
      if (!name.equals("manifest.json")) {
        assertThat(second.get(name)).as(name).isEqualTo(first.get(name));
      }
    }
  }

  @Test
  void latest_anyByteOfAnyFileFlipped_isThePreviousAndNamesBoth() throws IOException {
    store.write(checkpoint(1), List.of());
    store.write(checkpoint(2), List.of());
    for (Path file : files(directory(2))) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i += stride(whole)) {
        overwrite(file, i, whole[i] ^ 1 << i % 8);
        assertDamageIsSeen(file + " byte " + i, i);
        overwrite(file, i, whole[i]);
      }
    }
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(2));
  }

  @Test
  void latest_anyFileTruncatedAtAnyLength_isThePreviousAndNamesBoth() throws IOException {
    store.write(checkpoint(1), List.of());
    store.write(checkpoint(2), List.of());
    for (Path file : files(directory(2))) {
      byte[] whole = Files.readAllBytes(file);
      int last = (whole.length - 1) / stride(whole) * stride(whole);
      for (int length = last; length >= 0; length -= stride(whole)) {
        truncate(file, length);
        assertDamageIsSeen(file + " of " + length + " bytes", length);
      }
      Files.write(file, Arrays.copyOf(whole, whole.length + 1));
      assertPreviousIsUsed(file + " with a byte more");
      Files.write(file, whole);
    }
  }

  /** A run that was killed in its first manifest has nothing to go on from, and begins anew. */
  @Test
  void latest_onlyManifestCutOffAtAnyLength_wasNotFinishedAndIsNone() throws IOException {
    store.write(checkpoint(1), List.of());
    Path manifest = directory(1).resolve("manifest.json");
    byte[] whole = Files.readAllBytes(manifest);
    for (int length = 0; length < whole.length; length += length < 200 ? 1 : stride(whole)) {
      Files.write(manifest, Arrays.copyOf(whole, length));
      CheckpointStore.Found found = store.latest();
      assertThat(found.checkpoint()).as("%d bytes", length).isEmpty();
      assertThat(found.passedOver()).singleElement().asString().contains("was not finished");
    }
    Files.write(manifest, Arrays.copyOf(whole, whole.length - 1));
    assertThat(store.latest().checkpoint()).isEmpty();
    whole[whole.length - 1] ^= 1;
    Files.write(manifest, whole);
    assertThatThrownBy(() -> store.latest()).hasMessageContaining("no checkpoint is whole");
  }

  @Test
  void latest_anyFileMissing_isThePrevious() throws IOException {
    store.write(checkpoint(1), List.of());
    store.write(checkpoint(2), List.of());
    for (Path file : files(directory(2))) {
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      assertPreviousIsUsed("without " + file.getFileName());
      Files.write(file, content);
    }
  }

  @Test
  void latest_allDamaged_refusesNamingEach() throws IOException {
    for (int number = 1; number <= 2; number++) {
      store.write(checkpoint(number), List.of());
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
    faultyStore.write(checkpoint(1), List.of());
    int changes = 0;
    boolean written = false;
    while (!written) {
      FaultyFileSystem.failAfter(changes);
      try {
        faultyStore.write(checkpoint(2), List.of());
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
    store.write(checkpoint(1), List.of());
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other = identity(Map.of("training.epochs", "6", "structure.budget", "0.5"));
    assertThatThrownBy(() -> store(directory, other).latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("'training.epochs' was 5 and is 6")
        .hasMessageContaining("'structure.budget' was 0.36 and is 0.5");
  }

  @Test
  void latest_otherData_refusesSpellingOutTheDifference() throws IOException {
    store.write(checkpoint(1), List.of());
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other = new RunIdentity(identity().config(), "other-hash", "test-hash", "", "", "");
    assertThatThrownBy(() -> store(directory, other).latest())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("training images")
        .hasMessageContaining("was train-hash and is other-hash");
  }

  @Test
  void latest_newerSchemaOrNone_refusesSayingWhatToDo() throws IOException {
    store.write(checkpoint(1), List.of());
    String manifest = Files.readString(directory(1).resolve("manifest.json"));
    for (String schema : List.of("0", "5", "\"new\"")) {
      Files.writeString(directory(1).resolve("manifest.json"), manifest);
      rewriteManifest(body -> body.replace("\"schema\":4", "\"schema\":" + schema));
      assertThatThrownBy(() -> store.latest())
          .isInstanceOf(UnusableCheckpointException.class)
          .hasMessageContaining(
              "its schema is " + schema.replace("\"", "") + " (written by coppice test)")
          .hasMessageContaining("this version reads 1 to 4; use the version that wrote it");
    }
  }

  @Test
  void latest_fingerprintsOfVersionTwo_areNotCompared() throws IOException {
    store.write(checkpoint(1), List.of());
    rewriteManifest(
        body ->
            body.replaceFirst("\"trainSha256\":\"[^\"]*", "\"trainSha256\":\"of their order")
                .replace("\"schema\":4", "\"schema\":2"));
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(1));
  }

  @Test
  void latest_membersOfTheSameSchemaUnknownOrMissing_arePassedOver() throws IOException {
    store.write(checkpoint(1), List.of());
    rewriteManifest(
        body ->
            body.replaceFirst("\"instructionSets\":\\[[^]]*],", "")
                .replace("\"number\"", "\"mood\":{\"is\":[\"sunny\"]},\"number\""));
    SampleCheckpoints.assertSame(
        store.latest().checkpoint().orElseThrow(), checkpoint(1, List.of()));
  }

  @Test
  void latest_operationalSettingsChanged_goesOn() throws IOException {
    store.write(checkpoint(1), List.of());
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    RunIdentity other =
        identity(Map.of("training.epochs", "5", "checkpoint.keep", "9", "output", "/elsewhere"));
    assertThat(store(directory, other).latest().checkpoint()).isPresent();
  }

  @Test
  void latest_hostileManifest_readsAndWritesNothingOutside() throws IOException {
    Path outside = run.resolveSibling("outside-" + run.getFileName());
    Files.writeString(outside, "precious");
    store.write(checkpoint(1), List.of());
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
  void write_replacementOfTheSameNumberFailsAtAnyChange_oneOfBothIsWhole() throws IOException {
    Checkpoint replacement = inPhase(checkpoint(1), Phase.FINISHED);
    int changes = 0;
    boolean done = false;
    while (!done) {
      Path directory = run.resolve("attempt" + changes);
      RunDirectory faulty =
          RunDirectory.open(
              FaultyFileSystem.SCHEME + "://" + directory, FaultyFileSystem.configuration());
      CheckpointStore faultyStore = store(faulty);
      faultyStore.write(checkpoint(1), List.of());
      FaultyFileSystem.failAfter(changes);
      try {
        faultyStore.prune(faultyStore.write(replacement, List.of()), 1, List.of());
        done = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      } finally {
        FaultyFileSystem.work();
      }
      Checkpoint found = store(faulty).latest().checkpoint().orElseThrow();
      SampleCheckpoints.assertSame(
          found, found.state().phase() == Phase.FINISHED ? replacement : checkpoint(1));
      changes++;
    }
    assertThat(changes).isGreaterThan(20);
  }

  @Test
  void latest_numberWrittenThreeTimes_isTheLastOfThem() throws IOException {
    store.write(checkpoint(7), List.of());
    store.write(inPhase(checkpoint(7), Phase.TRAIN), List.of());
    store.write(inPhase(checkpoint(7), Phase.FINISHED), List.of());
    assertThat(store.latest().checkpoint().orElseThrow().state().phase()).isEqualTo(Phase.FINISHED);
    assertThat(names()).containsExactlyInAnyOrder("00000007", "00000007-1", "00000007-2");
  }

  @Test
  void prune_keepTwo_removesTheOldestAndWhatWasNotFinishedBefore() throws IOException {
    CheckpointName newest = new CheckpointName(0, 0);
    for (int number = 1; number <= 4; number++) {
      Files.createDirectories(run.resolve("checkpoints/0000000" + number));
      Files.writeString(run.resolve("checkpoints/0000000" + number + "/weights.safetensors"), "x");
      newest = store.write(checkpoint(number), List.of());
    }
    Files.createDirectories(directory(5));
    store.prune(newest, 2, List.of());
    assertThat(names()).containsExactlyInAnyOrder("00000003-1", "00000004-1", "00000005");
  }

  @Test
  void prune_damagedOnesAreNewer_doesNotCountThem() throws IOException {
    store.write(checkpoint(8), List.of());
    store.write(checkpoint(9), List.of());
    Files.writeString(directory(8).resolve("state.json"), "{}");
    Files.writeString(directory(9).resolve("state.json"), "{}");
    store.prune(store.write(checkpoint(2), List.of()), 1, List.of());
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(2));
    assertThat(names()).containsExactlyInAnyOrder("00000002", "00000008", "00000009");
  }

  @Test
  void prune_segmentsOfMetrics_keepsThoseThatACheckpointHas() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    MetricsLog log = SampleCheckpoints.metrics(directory, 1000);
    store.write(checkpoint(1), log.keep(log.position()));
    log.append("x");
    CheckpointName second = store.write(checkpoint(2), log.keep(log.position()));
    Path segments = run.resolve("checkpoints/metrics");
    Files.writeString(segments.resolve("000000000007-00000000.jsonl"), "left by a kill");
    store.prune(second, 2, log.segments());
    assertThat(files(segments)).hasSize(2);
    List<MetricsSegment> all = log.keep(log.position());
    store.prune(store.write(checkpoint(3), all.subList(1, 2)), 1, List.of());
    assertThat(files(segments)).hasSize(1);
    assertThat(store.latest().metrics()).isEqualTo(all.subList(1, 2));
    log.close();
  }

  @Test
  void latest_goldenCheckpointOfSchemaOne_loadsAsItWasWritten() throws Exception {
    RunDirectory directory = SampleCheckpoints.directory(golden("golden-run").toString());
    CheckpointStore.Found found = goldenStore("golden-run").latest();
    SampleCheckpoints.assertSame(
        found.checkpoint().orElseThrow(), SampleCheckpoints.checkpoint(12, List.of()));
    assertThat(found.metrics())
        .extracting(MetricsSegment::file)
        .containsExactly("00000012/metrics.jsonl");
    assertThat(CheckpointStore.inspect(directory))
        .extracting(CheckpointStore.Condition::name, CheckpointStore.Condition::whole)
        .containsExactly(
            tuple("checkpoints/00000012", true), tuple("checkpoints/00000012/metrics.jsonl", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden-run-schema-2", GoldenCheckpoint.NAME})
  void latest_goldenCheckpointOfSchemaTwo_loadsAsItWasWritten(String name) throws Exception {
    CheckpointStore.Found found = goldenStore(name).latest();
    SampleCheckpoints.assertSame(found.checkpoint().orElseThrow(), GoldenCheckpoint.checkpoint());
    assertThat(found.metrics())
        .hasSize(2)
        .extracting(MetricsSegment::bytes)
        .containsExactly(GoldenCheckpoint.FIRST_BYTES, GoldenCheckpoint.SECOND_BYTES);
    assertThat(CheckpointStore.inspect(SampleCheckpoints.directory(golden(name).toString())))
        .hasSize(3)
        .allMatch(CheckpointStore.Condition::whole);
  }

  @Test
  void latest_goldenCheckpointsWithOldKeys_areOfTheRunWithTheNewOnes() throws Exception {
    Map<String, String> ofSchemaOne =
        Map.of("training.epochs", "5", "structure.anchor.margin", "0.1");
    assertThat(
            store(
                    SampleCheckpoints.directory(golden("golden-run").toString()),
                    identity(ofSchemaOne))
                .latest()
                .checkpoint())
        .isPresent();
    RunIdentity sampled = identity(Map.of("training.epochs", "5", "structure.strategy", "sampled"));
    CheckpointStore other =
        store(SampleCheckpoints.directory(golden("golden-run").toString()), sampled);
    assertThatThrownBy(other::latest)
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("'structure.strategy' was \"anchor\" and is \"sampled\"")
        .hasMessageContaining("'structure.anchor.margin' was 0.1 and is 0.3");
  }

  @Test
  void latest_goldenCheckpoint_strategyGoesOnFromIt() throws Exception {
    TrainingState state = goldenStore("golden-run").latest().checkpoint().orElseThrow().state();
    CostModel cost = NetworkCost.flops(SampleCheckpoints.NETWORK);
    double dense = cost.cost(Mask.full(SampleCheckpoints.NETWORK.groupChannels()));
    AnchorStrategy strategy =
        new AnchorStrategy(
            new Budget(SampleCheckpoints.SPACE, cost, new CubicRamp(dense, dense, 0)),
            new MaskDraws(1, true, 2),
            new PolicyGradientOptions(0.012, 1, 100),
            new AnchorStrategy.Options(20, 0.1));
    strategy.restore(state.structure());
    assertThat(strategy.state()).usingRecursiveComparison().isEqualTo(state.structure());
    // Its anchor, of one channel, was chosen at round 4 and is held for 20.
    assertThat(strategy.masks(23, 1).of(0, 0).trained().activeCount()).isEqualTo(1);
    assertThat(strategy.masks(23, 1).of(0, 0).probes()).hasSize(1);
    assertThat(strategy.masks(24, 1).of(0, 0).trained().activeCount()).isGreaterThan(1);
  }

  /** A store whose run has the golden checkpoint's own configuration; defaults may change. */
  private static CheckpointStore goldenStore(String name) throws Exception {
    Path golden = golden(name);
    JsonNode manifest =
        new ObjectMapper()
            .readTree(golden.resolve("checkpoints/00000012/manifest.json").toFile())
            .path("manifest");
    Map<String, String> before = new HashMap<>(SampleCheckpoints.OLD_DEFAULTS);
    // The manifest says it, maybe under an old key.
    before.remove("structure.strategy");
    RunIdentity identity =
        new RunIdentity(
            ConfigReader.read("golden", manifest.path("config").toString(), before),
            "train-hash",
            "test-hash",
            "",
            "",
            "");
    return store(SampleCheckpoints.directory(golden.toString()), identity);
  }

  private static Checkpoint inPhase(Checkpoint checkpoint, Phase phase) {
    TrainingState state = checkpoint.state();
    return new Checkpoint(
        checkpoint.number(),
        new TrainingState(
            phase,
            state.round(),
            state.lossSum(),
            state.accuracySum(),
            state.halvings(),
            state.model(),
            state.structure(),
            state.chosen()),
        checkpoint.images(),
        checkpoint.seconds(),
        checkpoint.instructionSets());
  }

  private List<String> names() throws IOException {
    return files(run.resolve("checkpoints")).stream()
        .map(path -> path.getFileName().toString())
        .toList();
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(CheckpointStoreTest.class.getResource("/io/coppice/storage/" + name))
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

  /** In place: a file system may see to it that a file that replaces another is on disk at once. */
  private static void overwrite(Path file, int position, int value) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(position);
      opened.write(value);
    }
  }

  private static void truncate(Path file, int length) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(length);
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
