package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigOptionsTest {

  private static final String HDFS_IS_DEFAULT = "spark.hadoop.fs.defaultFS=hdfs://127.0.0.1:1";

  @TempDir private Path directory;

  @Test
  void config_fileHereWhileAnotherFileSystemIsTheDefault_isThatFile() throws Exception {
    Path file = Files.writeString(directory.resolve("a night.yaml"), "training:\n  epochs: 77\n");
    CoppiceCommand.Outcome outcome = printed(file.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("epochs: 77");
  }

  @Test
  void config_noSuchFile_isRefusedByName() {
    String file = directory.resolve("none.yaml").toUri().toString();
    CoppiceCommand.Outcome outcome = printed(file);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains(file, "there is no such file\n");
  }

  private static CoppiceCommand.Outcome printed(String file) {
    return CoppiceCommand.run(
        "train", "--conf", HDFS_IS_DEFAULT, "--config", file, "--print-config");
  }
}
