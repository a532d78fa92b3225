package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.artifact.ModelValues;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.StartValues;
import io.coppice.network.Layer;
import io.coppice.network.Layer.Activation;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.train.DivergedException;
import io.coppice.train.ModelState;
import io.coppice.train.SgdOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** A learning rate that no network survives. */
class DivergenceTest {

  private static final Map<String, String> HOPELESS =
      Map.of("training.learningRate", "1e30", "training.epochs", "4");

  @Test
  void run_lossNotFinite_stopsNamingRoundShardMinibatchAndPlace() {
    assertThatThrownBy(() -> SmallRun.run("local[2]", HOPELESS))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "(?s)the training diverged: in round \\d+ \\(train\\) shard \\d found a number that is not finite in"
                + " minibatch \\d of epoch \\d, first at \\S.*")
        .hasMessageContaining("nothing was updated");
  }

  @Test
  void run_updateMakesWeightsInfinite_stopsNamingThemAndKeepsNoStateOfThem() {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(1);
    assertThatThrownBy(
            () ->
                SmallRun.run(
                    "local[2]",
                    Map.of("training.learningRate", "1e39"),
                    Map.of(),
                    StepHook.NONE,
                    report -> {},
                    new Continuation(kept, Optional.empty())))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("the weights of stem.conv.weight are not all finite after 1 round;");
    assertThat(kept.last()).isEmpty();
  }

  /** A unit whose weights are no numbers is 0 behind its ReLU, and so is what it teaches them. */
  @Test
  void run_weightIsNoNumberBehindARelu_stopsNamingItsTensor() throws IOException {
    NetworkBuilder builder = new NetworkBuilder("hiding", new Shape(1, 28, 28));
    int pooled = builder.globalAveragePool("pool", builder.input());
    int hidden = builder.add("hidden", new Layer.Linear(8, true), pooled);
    Network network = builder.linear("logits", builder.add("relu", Activation.RELU, hidden), 10);
    ModelValues values = new ModelState(network, SgdOptions.plain(0, 0), 1).values();
    TensorLayout.Tensor weights =
        CompactNetwork.dense(network).parameters().tensor(hidden, Kind.WEIGHT);
    values.parameters()[weights.offset()] = Float.NaN;
    NetworkSource source =
        NetworkSource.given(
            new NetworkFile.Content(
                network, new StartValues(values.parameters(), values.statistics()), List.of()));
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      assertThatThrownBy(
              () ->
                  SmallRun.run(
                      spark,
                      SmallRun.config(Map.of("structure.strategy", "dense")),
                      source,
                      RunListener.NONE,
                      Continuation.NONE,
                      StepHook.NONE,
                      new StopRequest()))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("the weights of hidden.weight are not all finite after 0 rounds");
    }
  }

  @Test
  void run_halvingNeverHelps_stopsInTheEnd() {
    Map<String, String> settings = new HashMap<>(HOPELESS);
    settings.put("training.onDivergence", "halve-learning-rate");
    assertThatThrownBy(() -> SmallRun.run("local[2]", settings))
        .isInstanceOf(DivergedException.class);
  }

  @Test
  void run_halvingHelps_goesOnFromTheLastCheckpointWithASmallerRate() throws IOException {
    // Weight decay at this rate makes weights grow ten times a round, until they overflow.
    Map<String, String> settings = new HashMap<>();
    settings.put("training.learningRate", "100");
    settings.put("training.weightDecay", "0.1");
    settings.put("training.epochs", "8");
    settings.put("training.onDivergence", "halve-learning-rate");
    SmallRun.Outcome outcome =
        SmallRun.run(
            "local[2]",
            settings,
            Map.of(),
            StepHook.NONE,
            report -> {},
            new Continuation(new InMemoryCheckpoints(1), Optional.empty()));
    assertThat(outcome.wentBack()).isNotEmpty();
    assertThat(outcome.wentBack().get(0)).startsWith("1 0.5 the training diverged");
    List<RoundReport> secondRounds =
        outcome.rounds().stream()
            .filter(round -> round.phase() == RunPhase.TRAIN && round.round() == 1)
            .toList();
    assertThat(secondRounds).hasSize(1 + outcome.wentBack().size());
    assertThat(secondRounds.get(1).learningRate())
        .isEqualTo(secondRounds.get(0).learningRate() / 2);
    for (float weight : outcome.result().dense().parameters()) {
      assertThat(Float.isFinite(weight)).isTrue();
    }
    for (double probability : outcome.result().probabilities()) {
      assertThat(probability).isBetween(0.0, 1.0);
    }
  }
}
