package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredDirectoryTest {

  @TempDir Path directory;

  @Test
  void foreign_someKnownAndAFile_areTheOthers() throws IOException {
    Files.createDirectory(directory.resolve("known"));
    Files.createFile(directory.resolve("photo.jpg"));
    try (StoredDirectory stored = open(directory)) {
      assertThat(stored.foreign(Set.of("known"))).containsExactly("photo.jpg");
      assertThat(stored.names("")).containsExactly("known", "photo.jpg");
      assertThat(stored.names("none")).isEmpty();
    }
    try (StoredDirectory file = open(directory.resolve("photo.jpg"))) {
      assertThat(file.foreign(Set.of("photo.jpg"))).containsExactly("photo.jpg");
    }
  }

  @Test
  void below_aRunsDirectoryClosed_theOneAboveIsOpen() throws IOException {
    try (StoredDirectory above = open(directory)) {
      RunDirectory run = RunDirectory.below(above, "run");
      run.write("file", out -> out.write(7));
      run.close();
      assertThat(above.has("run/file")).isTrue();
      assertThat(run.location()).isEqualTo(directory.resolve("run").toString());
    }
  }

  @Test
  void contains_whatLiesInIt_andNothingElse() throws IOException {
    try (StoredDirectory run = open(directory.resolve("run"))) {
      String here = "file:" + directory;
      assertThat(run.contains(new org.apache.hadoop.fs.Path(here + "/run"))).isTrue();
      assertThat(run.contains(new org.apache.hadoop.fs.Path(here + "/run/logs/x"))).isTrue();
      assertThat(run.contains(new org.apache.hadoop.fs.Path(here + "/run7"))).isFalse();
      assertThat(run.contains(new org.apache.hadoop.fs.Path(here))).isFalse();
      assertThat(run.contains(new org.apache.hadoop.fs.Path("s3a://run/logs"))).isFalse();
    }
  }

  private static StoredDirectory open(Path path) throws IOException {
    return StoredDirectory.open(path.toString(), new Configuration(), "directory");
  }
}
