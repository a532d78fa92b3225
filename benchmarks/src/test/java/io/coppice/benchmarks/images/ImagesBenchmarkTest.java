package io.coppice.benchmarks.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImagesBenchmarkTest {

  @TempDir private Path directory;

  @Test
  void call_fewImages_writesARowForEveryWayToKeepThem() throws IOException {
    Path json = directory.resolve("images.json");
    int exitCode =
        new CommandLine(new ImagesBenchmark())
            .execute(
                "--images=40",
                "--side=65",
                "--network=resnet8",
                "--batch=12",
                "--epochs=2",
                "--json=" + json);
    assertThat(exitCode).isZero();
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).get("keptMiB").asDouble() * (1 << 20))
        .isCloseTo(48 * 3 * 65 * 65, org.assertj.core.api.Assertions.within(1.0));
    for (JsonNode row : rows) {
      assertThat(row.get("decodeMillis").asDouble())
          .isPositive()
          .isLessThan(row.get("computeMillis").asDouble());
      assertThat(row.get("imagesPerSecond").asDouble()).isPositive();
    }
    assertThat(rows.get(1).get("keptMiB")).isEqualTo(rows.get(2).get("keptMiB"));
  }
}
