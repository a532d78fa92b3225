package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunVerifierTest {

  private static final byte[] SOME = "something".getBytes(StandardCharsets.UTF_8);

  @TempDir Path run;

  @Test
  void verify_wholeResult_isWhole() throws IOException {
    writeResult(archive(model()));
    RunVerifier.Report report = verify();
    assertThat(report.lines()).contains("model/compact.zip: whole", "metrics.jsonl: whole");
    assertThat(report.damaged()).isFalse();
  }

  @Test
  void verify_fileOfTheResultDamagedOrMissing_saysWhich() throws IOException {
    writeResult(archive(model()));
    Files.write(
        run.resolve("model/dense.safetensors"), "anything!".getBytes(StandardCharsets.UTF_8));
    Files.delete(run.resolve("metrics.jsonl"));
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).isTrue();
    assertThat(report.lines())
        .anyMatch(line -> line.matches(".*model/dense.safetensors: expected SHA-256 .*, found .*"))
        .anyMatch(line -> line.contains("metrics.jsonl: expected 9 bytes, found no file"));
  }

  @Test
  void verify_anyByteOfTheManifestFlipped_isFound() throws IOException {
    writeResult(archive(model()));
    Path manifest = run.resolve("manifest.json");
    byte[] whole = Files.readAllBytes(manifest);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(manifest, damaged);
      assertThat(verify().damaged()).as("byte %d", i).isTrue();
    }
    Files.writeString(manifest, "{\"schema\":1,\"files\":{}}");
    assertThat(verify().lines()).anyMatch(line -> line.contains("carries no hash of itself"));
  }

  @Test
  void isComplete_manifestCutOffAtAnyLength_isNot() throws IOException {
    writeResult(archive(model()));
    Path manifest = run.resolve("manifest.json");
    byte[] inOneLine = Files.readAllBytes(manifest);
    byte[] inManyLines =
        SealedManifest.seal(
            new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(
                    ((ObjectNode) new ObjectMapper().readTree(inOneLine))
                        .put(SealedManifest.MEMBER, SealedManifest.NO_HASH)));
    RunDirectory directory = RunDirectory.open(run.toString(), new Configuration());
    for (byte[] whole : List.of(inOneLine, inManyLines)) {
      for (int length = 0; length < whole.length; length++) {
        Files.write(manifest, Arrays.copyOf(whole, length));
        assertThat(directory.isComplete()).as("%d bytes", length).isFalse();
      }
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= 1;
        Files.write(manifest, damaged);
        assertThat(directory.isComplete()).as("byte %d", i).isTrue();
      }
    }
  }

  @Test
  void verify_manifestNamesAFileOutside_saysSoAndDoesNotReadIt() throws IOException {
    writeResult(archive(model()));
    Path manifest = run.resolve("manifest.json");
    reseal(Files.readString(manifest).replace("metrics.jsonl", "../../../../etc/passwd"));
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).isTrue();
    assertThat(report.lines())
        .anyMatch(line -> line.contains("names a file that no run writes"))
        .anyMatch(line -> line.contains("does not name metrics.jsonl"));
  }

  @Test
  void verify_hostileModelArchives_areRefused() throws IOException {
    Map<String, byte[]> traversal = model();
    traversal.put("../../outside", SOME);
    assertArchiveRefused(archive(traversal), "'../../outside' is none that a model has");

    ByteArrayOutputStream gadget = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(gadget)) {
      out.writeObject(new HashMap<>(Map.of("a", "b")));
    }
    Map<String, byte[]> serialised = model();
    serialised.put("normalizer.bin", gadget.toByteArray());
    assertArchiveRefused(archive(serialised), "is a serialised Java object");

    Map<String, byte[]> bomb = model();
    bomb.put("coefficients.bin", new byte[64 << 20]);
    assertArchiveRefused(archive(bomb), "unpacks to more than");

    Map<String, byte[]> incomplete = model();
    incomplete.remove("normalizer.bin");
    assertArchiveRefused(archive(incomplete), "expected");

    assertArchiveRefused(withEntryTwice(), "is there twice");
    assertArchiveRefused(withEntryNamed("normalizer.bi\u00ff"), "of an entry is not UTF-8");
    assertArchiveRefused(SOME, "compact.zip");
    assertThat(run.resolve("../../outside").normalize()).doesNotExist();
  }

  @Test
  void verify_modelArchiveThatWasWrittenOnlyInPart_isDamaged() throws IOException {
    byte[] whole = archive(model());
    int entries = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
    for (int length = 0; length < entries; length += 3) {
      writeResult(Arrays.copyOf(whole, length));
      RunVerifier.Report report = verify();
      assertThat(report.damaged()).as("%d bytes", length).isTrue();
      assertThat(report.lines())
          .anyMatch(
              line ->
                  line.contains("compact.zip: not an archive: it is cut off")
                      || line.contains("compact.zip: expected"));
    }
  }

  @Test
  void verify_unfinishedRun_looksAtItsCheckpoints() throws IOException {
    CheckpointStore store = SampleCheckpoints.store(SampleCheckpoints.directory(run.toString()));
    MetricsLog log = SampleCheckpoints.metrics(SampleCheckpoints.directory(run.toString()), 3);
    List<MetricsSegment> metrics = log.keep(log.position());
    log.close();
    store.write(SampleCheckpoints.checkpoint(1), metrics);
    store.write(SampleCheckpoints.checkpoint(2), metrics);
    Files.createDirectories(run.resolve("checkpoints/00000003"));
    RunVerifier.Report whole = verify();
    assertThat(whole.damaged()).isFalse();
    assertThat(whole.lines())
        .containsExactly(
            "the run did not end; the same command goes on with it",
            "checkpoints/00000003: was not finished",
            "checkpoints/00000002: whole",
            "checkpoints/00000001: whole",
            metrics.get(0).path() + ": whole");
    Files.write(run.resolve("checkpoints/00000001/state.json"), SOME);
    RunVerifier.Report damaged = verify();
    assertThat(damaged.damaged()).isTrue();
    assertThat(damaged.lines()).anyMatch(line -> line.contains("00000001/state.json: expected"));
  }

  @Test
  void verify_segmentOfMetricsDamaged_saysSoOnce() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    CheckpointStore store = SampleCheckpoints.store(directory);
    MetricsLog log = SampleCheckpoints.metrics(directory, 3);
    List<MetricsSegment> metrics = log.keep(log.position());
    log.close();
    store.write(SampleCheckpoints.checkpoint(1), metrics);
    store.write(SampleCheckpoints.checkpoint(2), metrics);
    Files.write(run.resolve(metrics.get(0).path()), SOME);
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).isTrue();
    assertThat(report.lines())
        .contains("checkpoints/00000002: whole", "checkpoints/00000001: whole")
        .filteredOn(line -> line.contains(metrics.get(0).path() + ": expected"))
        .hasSize(1);
  }

  @Test
  void verify_resultOfTheSchemaBeforeOnnx_isWholeWithoutIt() throws IOException {
    writeResult(archive(model()));
    assertThat(verify().damaged()).isFalse();
    reseal(Files.readString(run.resolve("manifest.json")).replace("\"schema\":1", "\"schema\":2"));
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).isTrue();
    assertThat(report.lines())
        .anyMatch(line -> line.endsWith("does not name model/compact.onnx"))
        .anyMatch(line -> line.endsWith("does not name network.json"));
  }

  @Test
  void verify_report_isLookedAtWhereTheManifestNamesIt() throws IOException {
    Files.writeString(run.resolve("report.html"), "a page that no manifest names");
    writeResult(archive(model()));
    assertThat(verify().damaged()).isFalse();
    Path manifest = run.resolve("manifest.json");
    reseal(
        Files.readString(manifest)
            .replace(
                "\"files\":{",
                "\"files\":{\"report.html\":{\"bytes\":9,\"sha256\":\""
                    + HashedFile.sha256(SOME)
                    + "\"},"));
    assertThat(verify().lines()).anyMatch(line -> line.contains("report.html: expected 9 bytes"));
    Files.write(run.resolve("report.html"), SOME);
    assertThat(verify().damaged()).isFalse();
    assertThat(verify().lines()).contains("report.html: whole");
  }

  @Test
  void verify_resultOfANewerSchema_saysWhatToDo() throws IOException {
    writeResult(archive(model()));
    Path manifest = run.resolve("manifest.json");
    reseal(Files.readString(manifest).replace("\"schema\":1", "\"schema\":99"));
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).isTrue();
    assertThat(report.lines())
        .anyMatch(line -> line.contains("its schema is 99"))
        .anyMatch(line -> line.contains("use the version that wrote it"));
  }

  private RunVerifier.Report verify() throws IOException {
    return RunVerifier.verify(SampleCheckpoints.directory(run.toString()));
  }

  private void assertArchiveRefused(byte[] archive, String why) throws IOException {
    writeResult(archive);
    RunVerifier.Report report = verify();
    assertThat(report.damaged()).as(why).isTrue();
    assertThat(report.lines()).anyMatch(line -> line.contains(why));
  }

  /** A result whose manifest fits its files. */
  private void writeResult(byte[] archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("metrics.jsonl", SOME);
    files.put("model/compact.zip", archive);
    files.put("model/compact.safetensors", SOME);
    files.put("model/dense.safetensors", SOME);
    files.put("model/structure.safetensors", SOME);
    ObjectNode manifest = new ObjectMapper().createObjectNode();
    manifest.put("schema", 1);
    ObjectNode summaries = manifest.putObject("files");
    Files.createDirectories(run.resolve("model"));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(run.resolve(file.getKey()), file.getValue());
      summaries
          .putObject(file.getKey())
          .put("bytes", file.getValue().length)
          .put("sha256", HashedFile.sha256(file.getValue()));
    }
    manifest.put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    Files.write(run.resolve("manifest.json"), SealedManifest.seal(BoundedJson.write(manifest)));
  }

  /** Writes another manifest, with the hash that fits it. */
  private void reseal(String manifest) throws IOException {
    String unsealed =
        manifest.replaceFirst(
            "(" + SealedManifest.MEMBER + "\"\\s*:\\s*\")[0-9a-f]{64}",
            "$1" + SealedManifest.NO_HASH);
    Files.write(
        run.resolve("manifest.json"),
        SealedManifest.seal(unsealed.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, byte[]> model() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    entries.put("coefficients.bin", SOME);
    entries.put("normalizer.bin", SOME);
    return entries;
  }

  private static byte[] archive(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] withEntryTwice() throws IOException {
    return withEntryNamed("normalizer.bin");
  }

  /** The JDK does not write every name, so one of the same length is changed into it. */
  private static byte[] withEntryNamed(String name) throws IOException {
    Map<String, byte[]> entries = model();
    entries.put("normalizer.bi2", SOME);
    String text = new String(archive(entries), StandardCharsets.ISO_8859_1);
    return text.replace("normalizer.bi2", name).getBytes(StandardCharsets.ISO_8859_1);
  }
}
