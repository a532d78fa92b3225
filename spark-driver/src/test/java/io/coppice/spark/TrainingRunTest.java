package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Node;
import io.coppice.report.BudgetReport;
import io.coppice.report.EpochReport;
import io.coppice.report.EvidenceReport;
import io.coppice.report.RunSummary;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.train.DivergedException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.junit.jupiter.api.Test;

class TrainingRunTest {

  @Test
  void run_learned_keepsWithinTheBudgetAndLearns() throws IOException {
    SmallRun.Outcome outcome = SmallRun.run("local[2]", Map.of("training.epochs", "6"));
    RunSummary summary = outcome.result().summary();
    assertThat(summary.flopsRatio()).isPositive().isLessThanOrEqualTo(0.36);
    assertThat(summary.parameters()).isLessThan(summary.denseParameters());
    assertThat(outcome.epochs().get(5).loss()).isLessThan(outcome.epochs().get(0).loss());
    assertThat(outcome.rounds())
        .allSatisfy(
            round -> {
              assertThat(round.flopsRatio()).isLessThanOrEqualTo(0.36);
              assertThat(round.expectedFlopsRatio()).isLessThanOrEqualTo(0.36 + 1e-6);
              assertThat(round.bytesOut()).isPositive();
              assertThat(round.bytesBack()).isPositive();
            });
    // The structure is settled after a part of the rounds; nothing is probed from then on.
    assertThat(outcome.rounds().get(0).probeLoss()).isNotNull();
    assertThat(outcome.rounds().get(outcome.rounds().size() - 1).probeLoss()).isNull();
    CompactNetwork compact = outcome.result().compact();
    CostModel flops = NetworkCost.flops(compact.network());
    assertThat((double) summary.flops()).isCloseTo(flops.cost(compact.mask()), within(0.5));
  }

  @Test
  void run_stemKept_itsWholeStreamStays() throws IOException {
    SmallRun.Outcome outcome =
        SmallRun.run(
            "local[2]",
            Map.of("structure.keep", "stem.*", "structure.budget", "0.6", "training.epochs", "1"));
    CompactNetwork compact = outcome.result().compact();
    int stem = 8;
    assertThat(compact.network().keep()).containsExactly("stem.*");
    for (Node node : compact.network().nodes()) {
      if (node.name().startsWith("stem.") || node.name().equals("stage1.block1.conv2")) {
        assertThat(compact.channels(node.index())).as(node.name()).isEqualTo(stem);
      }
    }
    assertThat(outcome.result().summary().flopsRatio()).isLessThanOrEqualTo(0.6);
  }

  @Test
  void run_fixedStrategies_trainTheirMaskThroughout() throws IOException {
    for (String strategy : new String[] {"dense", "uniform", "random"}) {
      SmallRun.Outcome outcome =
          SmallRun.run("local[2]", Map.of("structure.strategy", strategy, "training.epochs", "1"));
      double expected = outcome.result().summary().flopsRatio();
      assertThat(outcome.rounds()).allMatch(round -> round.probeLoss() == null);
      assertThat(outcome.rounds()).allMatch(round -> round.flopsRatio() == expected);
      if (strategy.equals("dense")) {
        assertThat(expected).isEqualTo(1);
      } else {
        assertThat(expected).isBetween(0.2, 0.36);
      }
    }
  }

  @Test
  void run_summary_timesStepsAsTheTrainingHadThem() throws IOException {
    RunSummary paper =
        SmallRun.run(
                "local[2]",
                Map.of(
                    "structure.strategy",
                    "sampled",
                    "structure.duration",
                    "1",
                    "training.epochs",
                    "1"))
            .result()
            .summary();
    assertThat(paper.probedShare()).isEqualTo(1);
    assertThat(paper.probedStepMillis()).isNotNull().isPositive();
    assertThat(paper.trainingSpeedup())
        .isCloseTo(
            paper.denseStepMillis() / java.util.Objects.requireNonNull(paper.probedStepMillis()),
            within(1e-9));
    RunSummary fixed =
        SmallRun.run("local[2]", Map.of("structure.strategy", "uniform", "training.epochs", "1"))
            .result()
            .summary();
    assertThat(fixed.probedShare()).isZero();
    assertThat(fixed.probedStepMillis()).isNull();
    assertThat(fixed.trainingSpeedup()).isEqualTo(fixed.measuredSpeedup());
  }

  @Test
  void run_budgetZero_trainsTheBiasAlone() throws IOException {
    SmallRun.Outcome outcome =
        SmallRun.run(
            "local[2]",
            Map.of("structure.budget", "0", "structure.floor", "false", "training.epochs", "1"));
    assertThat(outcome.result().compact().mask().activeCount()).isZero();
    assertThat(outcome.result().summary().parameters()).isEqualTo(10);
  }

  @Test
  void run_budgetOne_keepsEverything() throws IOException {
    SmallRun.Outcome outcome =
        SmallRun.run("local[2]", Map.of("structure.budget", "1", "training.epochs", "1"));
    Mask mask = outcome.result().compact().mask();
    assertThat(mask).isEqualTo(Mask.full(outcome.result().compact().network().groupChannels()));
  }

  @Test
  void run_hugeLearningRate_endsAsDiverged() {
    assertThatThrownBy(
            () ->
                SmallRun.run(
                    "local[2]", Map.of("training.learningRate", "1e30", "training.epochs", "4")))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("round")
        .hasMessageContaining("shard");
  }

  @Test
  void of_networkDoesNotExist_refusedWithTheConfiguration() {
    assertThatThrownBy(
            () -> SmallRun.setup(Map.of("network.name", "alexnet", "training.batchSize", "600")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("alexnet")
        .hasMessageContaining("the smallest shard has 60");
  }

  @Test
  void runRound_anyRound_isOneJobOfOneStageBesidesThatOfTheImages() throws IOException {
    RunConfig config = SmallRun.config(Map.of());
    SparkConf conf =
        SparkSettings.apply(new SparkConf().setMaster("local[2]").setAppName("test"), config);
    StageCounter counter = new StageCounter();
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      spark.sc().addSparkListener(counter);
      Trainer.of(config).train(spark, SmallRun.images());
    }
    // Training and test images are put in their order by one stage each, once.
    assertThat(counter.jobs).isGreaterThan(2);
    assertThat(counter.submitted).isEqualTo(counter.jobs + 2);
  }

  private static final class StageCounter extends SparkListener {
    private int jobs;
    private int submitted;

    @Override
    public void onJobStart(SparkListenerJobStart jobStart) {
      jobs++;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      submitted++;
    }
  }

  @Test
  void run_shares_epochsTellTheBudgetAndWhatProbesFoundOut() throws IOException {
    Map<String, String> settings =
        Map.of(
            "structure.strategy", "shares",
            "structure.shares.probeEvery", "1",
            "structure.shares.looks", "1",
            "structure.duration", "1",
            "training.epochs", "4",
            "finish.fineTuneEpochs", "0");
    SmallRun.Outcome outcome = SmallRun.run("local[2]", settings);
    EpochReport first = outcome.epochs().get(0);
    assertThat(first.evidence()).as("of 9 probes").isNull();
    EpochReport third = outcome.epochs().get(2);
    EvidenceReport evidence = Objects.requireNonNull(third.evidence());
    assertThat(evidence.groups().stream().map(EvidenceReport.OfGroup::group))
        .containsExactlyElementsOf(
            outcome.result().model().network().groups().stream().map(ChannelGroup::name).toList());
    assertThat(evidence.groups())
        .allSatisfy(group -> assertThat(group.standardError()).isPositive());
    assertThat(evidence.varianceOverPairs()).isPositive().isFinite();
    BudgetReport budget = Objects.requireNonNull(third.budget());
    assertThat(budget.kept() / budget.dense()).isCloseTo(third.flopsRatio(), within(1e-12));
    assertThat(budget.kept()).isLessThanOrEqualTo(budget.limit());
  }
}
