package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardDirectoryTest {

  private static final String FIRST = "events.out.tfevents.0000000001.coppice";
  private static final String SECOND = "events.out.tfevents.0000000002.coppice";

  @TempDir Path temporary;

  private boolean update(String events) throws IOException {
    try (FileSystem fileSystem = FileSystem.newInstance(temporary.toUri(), new Configuration())) {
      fileSystem.setWriteChecksum(false);
      return new TensorBoardDirectory(
              fileSystem, new org.apache.hadoop.fs.Path(temporary.resolve("logs").toString()))
          .update(events.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void update_moreOfTheSame_growsTheFile() throws IOException {
    assertThat(update("abc")).isTrue();
    assertThat(update("abc")).as("nothing new").isFalse();
    assertThat(update("abcdef")).isTrue();
    assertThat(temporary.resolve("logs").toFile().list()).containsExactly(FIRST);
    assertThat(temporary.resolve("logs").resolve(FIRST)).hasContent("abcdef");
  }

  @Test
  void update_somethingElse_isInANewFileAlone() throws IOException {
    update("abcdef");
    assertThat(update("abX")).isTrue();
    assertThat(temporary.resolve("logs").resolve(FIRST)).isEmptyFile();
    assertThat(update("abXY")).isTrue();
    assertThat(temporary.resolve("logs").toFile().list()).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(temporary.resolve("logs").resolve(SECOND)).hasContent("abXY");
  }
}
