package io.coppice.cli;

import static io.coppice.cli.CoppiceCommand.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  private static final String CLUSTER = "8 executors, 4 cores, 16g, 10 Gbit/s";

  @TempDir private Path directory;

  @Test
  void plan_imagesNotRead_tellsTimeMemoryAndSettings() throws IOException {
    Path config = directory.resolve("run.yaml");
    Files.writeString(
        config,
        "network: {name: vgg16}\n"
            + "training: {epochs: 10, batchSize: 512}\n"
            + "distribution: {shards: 32}\n");
    Outcome outcome =
        run(
            "plan",
            "--config",
            config.toString(),
            "--cluster",
            CLUSTER,
            "--images",
            "50000",
            "--shape",
            "3x32x32");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("vgg16 on 50,000 images of 3x32x32, 32 shards on 8 executors of 4 cores")
        .contains("training", "of a round", "into the driver")
        .contains("--conf spark.executor.instances=8", "--conf spark.executor.memoryOverhead=")
        .contains("Not counted: ");
  }

  @Test
  void plan_json_addsUp() throws IOException {
    JsonNode plan = json("--images", "50000", "--shape", "3x32x32", "--set", "training.epochs=2");
    // 45,000 images are not held back.
    assertThat(plan.get("rounds").asLong()).isEqualTo(2 * 351);
    JsonNode round = plan.get("roundSeconds");
    double parts = 0;
    for (String part : new String[] {"driver", "scheduling", "out", "compute", "reduce"}) {
      assertThat(round.get(part).asDouble()).as(part).isNotNegative();
      parts += round.get(part).asDouble();
    }
    assertThat(round.get("all").asDouble()).isBetween(0.999 * parts, 1.001 * parts);
    assertThat(plan.get("conf")).isNotEmpty();
    assertThat(
            json("--images", "50000", "--shape", "3x32x32", "--core-speed", "0.1")
                .get("roundSeconds")
                .get("compute")
                .asDouble())
        .as("on slow cores")
        .isGreaterThan(round.get("compute").asDouble());
  }

  @Test
  void plan_budgetThatFalls_countsTheRoundsBeforeItIsMet() throws IOException {
    for (String strategy : List.of("shares", "magnitude", "taylor", "sampled")) {
      double fixed = computeSeconds(strategy, "0");
      double falling = computeSeconds(strategy, "0.5");
      double dense = computeSeconds("dense", "0");
      // Over its ramp a cubic is above its end by a quarter of the way, so here by an eighth; what
      // samples two masks in every round computes more than a dense step at first.
      assertThat(falling)
          .as(strategy)
          .isBetween(fixed + 0.1 * (dense - fixed), fixed + 0.25 * (dense - fixed));
    }
    assertThat(computeSeconds("uniform", "0.5")).isEqualTo(computeSeconds("uniform", "0"));
  }

  private static double computeSeconds(String strategy, String ramp) throws IOException {
    return json(
            "--images",
            "50000",
            "--shape",
            "3x32x32",
            "--set",
            "structure.strategy=" + strategy,
            "--set",
            "structure.ramp=" + ramp)
        .get("roundSeconds")
        .get("compute")
        .asDouble();
  }

  @Test
  void plan_withoutImages_readsThoseOfTheConfiguration() throws IOException {
    JsonNode plan = json("--master", "local[2]");
    // The sample has 6,000 images, of which 600 are held back.
    assertThat(plan.get("rounds").asLong()).isEqualTo(14 * 42);
  }

  private static JsonNode json(String... more) throws IOException {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "plan";
    arguments[1] = "--json";
    arguments[2] = "--cluster";
    arguments[3] = CLUSTER;
    System.arraycopy(more, 0, arguments, 4, more.length);
    Outcome outcome = run(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return new ObjectMapper().readTree(outcome.out());
  }

  @Test
  void plan_wrongArguments_exitsWithTwoSayingWhatIsExpected() {
    Outcome cluster = run("plan", "--cluster", "8 machines", "--images", "10");
    assertThat(cluster.exitCode()).isEqualTo(2);
    assertThat(cluster.err())
        .contains("'8 machines' is none of executors", "8 executors, 4 cores, 16g, 10 Gbit/s");
    Outcome shape = run("plan", "--cluster", CLUSTER, "--images", "50000");
    assertThat(shape.exitCode()).isEqualTo(2);
    assertThat(shape.err()).contains("--shape", "3x32x32");
    assertThat(run("plan", "--cluster", CLUSTER, "--images", "0", "--shape", "3x32x32").err())
        .contains("expected at least 1, found 0");
    assertThat(run("plan", "--cluster", CLUSTER, "--shape", "3x32x32").err())
        .contains("say --images too");
    assertThat(run("plan", "--cluster", CLUSTER, "--core-speed", "-3").err())
        .contains("--core-speed", "found -3.0");
    assertThat(run("plan", "--images", "10").err()).contains("--cluster");
  }

  @Test
  void plan_executorsTooSmall_exitsWithTwoSayingWhatTheyNeed() {
    Outcome outcome =
        run(
            "plan",
            "--set",
            "network.name=resnet50",
            "--images",
            "100000",
            "--shape",
            "3x224x224",
            "--cluster",
            "2 executors, 4 cores, 4g, 10 Gbit/s");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("executors of 4096 MiB are too small", "fewer cores");
  }

  @Test
  void plan_batchSmallerThanShards_exitsWithTwo() {
    Outcome outcome =
        run(
            "plan",
            "--cluster",
            CLUSTER,
            "--images",
            "100",
            "--shape",
            "3x32x32",
            "--set",
            "distribution.shards=64");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("smallest shard");
  }
}
