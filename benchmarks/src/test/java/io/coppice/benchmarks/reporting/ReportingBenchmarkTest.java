package io.coppice.benchmarks.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportingBenchmarkTest {

  @TempDir private Path directory;

  @Test
  void call_oneShortPair_hasFiguresOfAllThatReports() throws IOException {
    Path json = directory.resolve("reporting.json");
    int exitCode =
        new CommandLine(new ReportingBenchmark())
            .execute("--pairs=1", "--warm-up=0", "--epochs=1", "--batch=512", "--json=" + json);
    assertThat(exitCode).isZero();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("pairs")).hasSize(1);
    for (String figure : new String[] {"ratio", "listenerMicros", "listenerShare", "sinkMillis"}) {
      assertThat(figures.get(figure).asDouble()).as(figure).isPositive();
    }
  }
}
