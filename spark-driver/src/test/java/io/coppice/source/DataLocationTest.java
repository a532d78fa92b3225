package io.coppice.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.data.DataSource;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class DataLocationTest {

  @Test
  void directory_relativePath_isTheDriversWhereverItIsOpened() throws IOException {
    DataLocation location = DataLocation.directory("src/main", new Configuration());
    String absolute = Path.of("src/main").toAbsolutePath().toString();
    try (DataSource source = location.open()) {
      assertThat(source.locate("")).isEqualTo("file:" + absolute);
      assertThat(source.exists("java")).isTrue();
    }
  }

  @Test
  void directory_absolutePath_staysAsItWasWritten() throws IOException {
    DataLocation location = DataLocation.directory("/somewhere/else", new Configuration());
    try (DataSource source = location.open()) {
      assertThat(source.locate("")).isEqualTo("/somewhere/else");
      assertThat(source.exists("")).isFalse();
    }
  }
}
