package io.coppice.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyImagesTest {

  @TempDir private Path directory;

  @Test
  void call_fewImages_writesWhatTheyTook() throws IOException {
    Path json = directory.resolve("scale.json");
    int exitCode =
        ScaleBenchmark.execute(
            "data",
            "--images=1200",
            "--master=local[1]",
            "--batch=120",
            "--shards=2",
            "--json=" + json);
    assertThat(exitCode).isZero();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("images").asLong()).isEqualTo(1200);
    assertThat(figures.get("readSeconds").asDouble()).isPositive();
    // 120 of the images are held back.
    assertThat(figures.get("rounds").asLong()).isEqualTo(9);
    assertThat(figures.get("driver").get("peakMiB").asDouble()).isPositive();
  }
}
