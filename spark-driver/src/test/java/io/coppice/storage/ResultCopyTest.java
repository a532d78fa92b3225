package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCopyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private StoredDirectory above;
  private RunDirectory run;

  /** A result of all files, which nobody has to understand. */
  @BeforeEach
  void writeResult() throws IOException {
    above = open("");
    run = RunDirectory.below(above, "run");
    for (ResultFile file : ResultFile.values()) {
      run.write(file.path(), out -> out.write(file.path().getBytes(StandardCharsets.UTF_8)));
    }
    writeManifest(JSON.valueToTree(run.files()));
  }

  private void writeManifest(JsonNode files) throws IOException {
    ObjectNode manifest = JSON.createObjectNode().put("schema", Schema.RESULT.current());
    manifest.set("files", files);
    manifest.put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    byte[] sealed = SealedManifest.seal(JSON.writeValueAsBytes(manifest));
    run.write(RunDirectory.MANIFEST, out -> out.write(sealed));
  }

  private StoredDirectory open(String scheme) throws IOException {
    return StoredDirectory.open(scheme + directory, FaultyFileSystem.configuration(), "directory");
  }

  private static ObjectNode added() {
    return JSON.createObjectNode().put("owner", "somebody");
  }

  @Test
  void write_wholeResult_isTheSameFilesAndSaysMore() throws IOException {
    RunDirectory copy = RunDirectory.below(above, "copy");
    ResultCopy.write(run, copy, added());
    JsonNode manifest = copy.manifest();
    assertThat(manifest.path("owner").asText()).isEqualTo("somebody");
    assertThat(manifest.path("files")).isEqualTo(run.manifest().path("files"));
    for (ResultFile file : ResultFile.values()) {
      assertThat(directory.resolve("copy").resolve(file.path()))
          .hasSameBinaryContentAs(directory.resolve("run").resolve(file.path()));
    }
  }

  @Test
  void write_nthChangeFailsForEveryN_isNoResultUntilItIsWhole() throws IOException {
    StoredDirectory faulty = open(FaultyFileSystem.SCHEME + "://");
    boolean written = false;
    int changes = 0;
    for (; !written; changes++) {
      FaultyFileSystem.failAfter(changes);
      try {
        ResultCopy.write(
            RunDirectory.below(faulty, "run"), RunDirectory.below(faulty, "copy"), added());
        written = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      } finally {
        FaultyFileSystem.work();
      }
      RunDirectory copy = RunDirectory.below(above, "copy");
      if (copy.isComplete()) {
        assertThat(copy.manifest().path("files")).isEqualTo(run.manifest().path("files"));
      }
    }
    assertThat(changes).isGreaterThan(20);
  }

  @Test
  void write_fileOfTheResultChanged_refusedAndNoResult() throws IOException {
    Files.writeString(directory.resolve("run/model/compact.onnx"), "model/compact.onny");
    RunDirectory copy = RunDirectory.below(above, "copy");
    assertThatThrownBy(() -> ResultCopy.write(run, copy, added()))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("run/model/compact.onnx: expected SHA-256");
    assertThat(copy.isComplete()).isFalse();
  }

  @Test
  void write_manifestNamesAFileOutside_refusedBeforeAnything() throws IOException {
    ObjectNode files = JSON.createObjectNode();
    files.putObject("../../outside").put("bytes", 1).put("sha256", "0");
    writeManifest(files);
    assertThatThrownBy(() -> ResultCopy.write(run, RunDirectory.below(above, "copy"), added()))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("names files that no run writes: [../../outside]");
    assertThat(directory.resolve("copy")).doesNotExist();
  }
}
