package io.coppice.benchmarks.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StepBenchmarkTest {

  @TempDir private Path directory;

  @Test
  void call_smallNetworkBesideDeeplearning4j_writesTheTable() throws IOException {
    Path json = directory.resolve("step.json");
    int exitCode =
        StepBenchmark.commandLine()
            .execute(
                "--network=resnet8",
                "--width=0.5",
                "--batch=8",
                "--shards=2",
                "--flops=0.5",
                "--steps=3",
                "--warm-up=1",
                "--peers=dl4j",
                "--json=" + json);
    assertThat(exitCode).isZero();

    JsonNode table = new ObjectMapper().readTree(json.toFile());
    assertThat(table.get("machine").asText()).contains("cores");
    assertThat(table.get("peakGflops").asDouble()).isPositive();
    assertThat(table.get("rows").findValuesAsText("method"))
        .containsExactly("dense", "paired-fixed", "paired-resampled");
    assertThat(table.get("peers").findValuesAsText("method")).containsExactly("dl4j");
    JsonNode resampled = table.get("rows").get(2);
    double flopsRatio = resampled.get("flopsRatio").asDouble();
    assertThat(flopsRatio).isBetween(0.2, 0.8);
    assertThat(resampled.get("storedFlopsRatio").asDouble()).isGreaterThanOrEqualTo(flopsRatio);
    assertThat(resampled.get("theoreticalSpeedup").asDouble())
        .isCloseTo(0.75 / flopsRatio, within(1e-9));
    assertThat(resampled.get("efficiency").asDouble())
        .isCloseTo(resampled.get("measuredSpeedup").asDouble() / (0.75 / flopsRatio), within(1e-9));
    assertThat(resampled.get("imagesPerSecond").asDouble()).isPositive();
    assertThat(resampled.get("peakRssMiB").asDouble()).isPositive();
    assertThat(resampled.get("speedupOver").get("dl4j").asDouble()).isPositive();
    assertThat(resampled.get("kernelCache").get("hits").asDouble()).isPositive();
    assertThat(resampled.get("milliseconds").get("convolution forward").asDouble()).isPositive();
  }

  @Test
  void call_unknownPeer_refusesWithTheKnownOnes() {
    StringWriter message = new StringWriter();
    CommandLine command = StepBenchmark.commandLine();
    command.setErr(new PrintWriter(message));
    assertThat(command.execute("--network=resnet8", "--peers=theano")).isEqualTo(2);
    assertThat(message.toString())
        .contains("theano")
        .contains("pytorch, authors, dl4j, dl4j-spark");
  }
}
