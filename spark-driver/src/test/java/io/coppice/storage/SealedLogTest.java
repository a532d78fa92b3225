package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.SealedLog.Condition;
import io.coppice.storage.SealedLog.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedLogTest {

  @TempDir Path directory;
  private SealedLog log;

  @BeforeEach
  void open() throws IOException {
    log = log("" + directory);
  }

  private static SealedLog log(String path) throws IOException {
    return new SealedLog(
        StoredDirectory.open(path, FaultyFileSystem.configuration(), "directory"),
        "log",
        Schema.HISTORY);
  }

  private static ObjectNode document(String text) {
    ObjectNode document = new ObjectMapper().createObjectNode().put("text", text);
    document.putObject("more").put("number", 7);
    return document;
  }

  private Path file(long number) {
    return directory.resolve(String.format("log/%08d.json", number));
  }

  private static List<String> texts(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.condition() == Condition.WHOLE)
        .map(entry -> Objects.requireNonNull(entry.document()).path("text").asText())
        .toList();
  }

  @Test
  void entries_nothingThere_areNone() throws IOException {
    assertThat(log.entries()).isEmpty();
  }

  @Test
  void append_severalDocuments_areThereInOrder() throws IOException {
    for (int i = 1; i <= 12; i++) {
      assertThat(log.append(document("entry " + i))).isEqualTo(i);
    }
    assertThat(texts(log.entries())).hasSize(12).startsWith("entry 1").endsWith("entry 12");
    assertThat(log.entries()).extracting(Entry::number).isSorted();
  }

  @Test
  void entries_cutOffAtAnyLength_wasNotFinishedAndKeepsItsNumber() throws IOException {
    log.append(document("first"));
    log.append(document("second"));
    byte[] whole = Files.readAllBytes(file(2));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(2), Arrays.copyOf(whole, length));
      List<Entry> entries = log.entries();
      assertThat(texts(entries)).containsExactly("first");
      assertThat(entries.get(1).condition()).as("%d bytes", length).isEqualTo(Condition.UNFINISHED);
    }
    assertThat(log.append(document("third"))).isEqualTo(3);
    assertThat(texts(log.entries())).containsExactly("first", "third");
  }

  @Test
  void entries_anyByteFlipped_isDamaged() throws IOException {
    log.append(document("first"));
    byte[] whole = Files.readAllBytes(file(1));
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(file(1), damaged);
      Entry entry = log.entries().get(0);
      assertThat(entry.condition()).as("byte %d", i).isEqualTo(Condition.DAMAGED);
      assertThat(entry.problem()).contains("00000001.json");
    }
  }

  @Test
  void append_nthChangeFailsForEveryN_isThereOrNot() throws IOException {
    SealedLog faulty = log(FaultyFileSystem.SCHEME + "://" + directory);
    faulty.append(document("first"));
    boolean written = false;
    for (int changes = 0; !written; changes++) {
      FaultyFileSystem.failAfter(changes);
      try {
        faulty.append(document("second"));
        written = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      } finally {
        FaultyFileSystem.work();
      }
      assertThat(log.entries()).noneMatch(entry -> entry.condition() == Condition.DAMAGED);
      assertThat(texts(log.entries())).startsWith("first").doesNotContain("");
    }
    assertThat(texts(log.entries())).endsWith("second");
  }

  @Test
  void entries_newerSchema_refusedNamingTheVersionThatWroteIt() throws IOException {
    log.append(document("first"));
    int current = Schema.HISTORY.current();
    String text = Files.readString(file(1)).replace("\"schema\":" + current, "\"schema\":9");
    String unsealed = text.replaceFirst("[0-9a-f]{64}", SealedManifest.NO_HASH);
    Files.write(
        file(1), SealedManifest.seal(unsealed.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> log.entries())
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContainingAll("its schema is 9", "this version reads 1 to " + current);
  }
}
