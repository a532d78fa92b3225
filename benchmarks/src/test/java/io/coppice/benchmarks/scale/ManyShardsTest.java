package io.coppice.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds that are measured, and the model that is fitted to them. */
class ManyShardsTest {

  @TempDir private Path directory;

  @Test
  void call_fewRounds_writesRowsThatTheModelIsFittedTo() throws IOException {
    Path rows = directory.resolve("shards.json");
    int measured =
        ScaleBenchmark.execute(
            "shards",
            "--master=local[2]",
            "--network=resnet8:0.25",
            "--flops=1,0.5",
            "--shards=2,4",
            "--batch=16",
            "--warm-up=1",
            "--rounds=3",
            "--watched=2",
            "--json=" + rows);
    assertThat(measured).isZero();
    List<Observation> observations = Observation.read(List.of(rows.toFile()));
    assertThat(observations).hasSize(8);
    assertThat(observations)
        .allSatisfy(
            observation -> {
              ShardsRow row = observation.row();
              assertThat(row.driverMillis()).isPositive().isLessThan(row.roundMillis());
              assertThat(row.driverHeapMiB()).isPositive();
              assertThat(observation.load().shards()).isEqualTo(row.shards());
              assertThat(row.bytesOut())
                  .isBetween(
                      1.0 * observation.load().bytesOut(), 1.2 * observation.load().bytesOut());
            });
    Path figures = directory.resolve("model.json");
    Path picture = directory.resolve("scale.svg");
    int fitted =
        ScaleBenchmark.execute(
            "model",
            rows.toString(),
            "--check=" + rows,
            "--json=" + figures,
            "--picture=" + picture);
    assertThat(fitted).isZero();
    JsonNode model = new ObjectMapper().readTree(figures.toFile());
    assertThat(model.get("speeds").get("flop").asDouble()).isNotNegative();
    assertThat(model.get("extrapolation")).hasSize(18);
    assertThat(Files.readString(picture)).contains("<svg", "Gbit/s");
  }

  @Test
  void model_fileOfSomethingElse_saysSo() throws IOException {
    File other = directory.resolve("other.json").toFile();
    Files.writeString(other.toPath(), "{}");
    assertThat(ScaleBenchmark.execute("model", other.toString())).isNotZero();
  }
}
