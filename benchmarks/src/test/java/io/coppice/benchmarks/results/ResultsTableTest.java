package io.coppice.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTableTest {

  @TempDir Path directory;

  private void finish(String run, double accuracy, int flops) throws IOException {
    Path manifest = Files.createDirectories(directory.resolve(run)).resolve("manifest.json");
    Files.writeString(
        manifest,
        "{\"summary\":{\"testAccuracy\":"
            + accuracy
            + ",\"flops\":"
            + flops
            + ",\"denseFlops\":200,\"parameters\":30,\"denseParameters\":40,\"trainSeconds\":12.4}}");
  }

  @Test
  void of_severalSeeds_isARowOfMeanAndSpread() throws IOException {
    finish("vgg16-shares-1", 0.75, 20);
    finish("vgg16-shares-2", 0.77, 20);
    finish("vgg16-dense-1", 0.8, 200);
    Files.createDirectories(directory.resolve("vgg16-dense-2"));
    assertThat(ResultsTable.of(directory).lines().skip(2))
        .containsExactly(
            "| vgg16-dense | 1 | 80.00 % | 100.0 % | 75.0 % | 12 s |",
            "| vgg16-shares | 2 | 76.00 % (75.0 to 77.0) | 10.0 % | 75.0 % | 12 s |");
  }

  @Test
  void of_noFinishedRun_isTheHeadAlone() throws IOException {
    assertThat(ResultsTable.of(directory).lines()).hasSize(2);
  }
}
