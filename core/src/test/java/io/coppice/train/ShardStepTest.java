package io.coppice.train;

import static io.coppice.train.SmallNetwork.NETWORK;
import static io.coppice.train.SmallNetwork.NETWORKS;
import static io.coppice.train.SmallNetwork.firstChannels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.data.Minibatches;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ShardStepTest {

  private static final int BATCH = 4;
  private static final NetworkExecutor EXECUTOR = new NetworkExecutor(NETWORK, BATCH);
  private static final Mask TRAINED = firstChannels(2);
  private static final Mask NARROW = firstChannels(1);
  private static final Mask WIDE = Mask.full(NETWORK.groupChannels());

  private final ModelState model = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 1);

  @AfterAll
  static void close() {
    EXECUTOR.close();
  }

  private ShardResult run(StepMasks... steps) {
    return outcome(steps).result();
  }

  private ShardOutcome outcome(StepMasks... steps) {
    return outcome(Precision.FLOAT32, steps);
  }

  private ShardOutcome outcome(Precision told, StepMasks... steps) {
    RoundMasks masks = new RoundMasks(true, steps.length, List.of(steps));
    RoundWork work = new RoundWork(0, 0, 0, 0.01, masks, model.parametersOf(masks.distinct()));
    Minibatches minibatches = SmallNetwork.minibatches(SmallNetwork.images(0, 16), 0);
    return new ShardStep(NETWORKS, EXECUTOR, 0, told).run(0, work, minibatches);
  }

  @Test
  void run_severalProbes_givesTheLossOfEachOnTheSameMinibatch() {
    ShardResult result = run(new StepMasks(TRAINED, WIDE, NARROW, TRAINED));
    assertThat(result.probeLosses()[0]).hasSize(3);
    assertThat(result.probeLosses()[0][0]).isCloseTo(run(new StepMasks(WIDE)).loss(), within(1e-5));
    assertThat(result.probeLosses()[0][1])
        .isCloseTo(run(new StepMasks(NARROW)).loss(), within(1e-5));
    assertThat(result.probeLosses()[0][2]).isCloseTo(result.loss(), within(1e-5));
    assertThat(result.probeLosses()[0][0]).isNotEqualTo(result.probeLosses()[0][1]);
  }

  @Test
  void run_anyProbes_leavesTheTrainedMasksResultAlone() {
    ShardOutcome without = outcome(new StepMasks(TRAINED));
    ShardOutcome with = outcome(new StepMasks(TRAINED, NARROW, WIDE));
    assertThat(with.result().losses()).containsExactly(without.result().losses());
    assertThat(with.sums().gradient()).containsExactly(without.sums().gradient());
    assertThat(with.sums().statistics()).containsExactly(without.sums().statistics());
    assertThat(with.result().correct()).isEqualTo(without.result().correct());
  }

  @Test
  void run_toldInBfloat16_roundsTheGradientAlone() {
    ShardOutcome exact = outcome(new StepMasks(TRAINED, WIDE));
    ShardOutcome rounded = outcome(Precision.BFLOAT16, new StepMasks(TRAINED, WIDE));
    float[] expected = exact.sums().gradient().clone();
    Precision.BFLOAT16.round(expected);
    assertThat(expected).isNotEqualTo(exact.sums().gradient());
    assertThat(rounded.sums().gradient()).containsExactly(expected);
    assertThat(rounded.sums().statistics()).containsExactly(exact.sums().statistics());
    assertThat(rounded.result().losses()).containsExactly(exact.result().losses());
  }

  @Test
  void run_noProbe_hasNoLossOfOne() {
    ShardResult result = run(new StepMasks(TRAINED));
    assertThat(result.probeLosses()).hasDimensions(1, 0);
    assertThat(result.probeLoss()).isNaN();
  }

  @Test
  void run_localStepsWithDifferentNumbersOfProbes_givesThoseOfEachStep() {
    ShardResult result =
        run(new StepMasks(TRAINED, WIDE, NARROW), new StepMasks(NARROW), new StepMasks(WIDE, WIDE));
    assertThat(result.losses()).hasSize(3);
    assertThat(result.probeLosses()[0]).hasSize(2);
    assertThat(result.probeLosses()[1]).isEmpty();
    assertThat(result.probeLosses()[2]).hasSize(1);
    double sum =
        result.probeLosses()[0][0] + result.probeLosses()[0][1] + result.probeLosses()[2][0];
    assertThat(result.probeLoss()).isCloseTo(sum / 3, within(1e-12));
  }

  @Test
  void run_secondProbeNotFinite_endsThereNamingTheWeights() {
    // A weight of the last layer by which only the widest mask's last channel is read.
    Tensor last =
        CompactNetwork.dense(NETWORK).parameters().tensors().stream()
            .filter(tensor -> tensor.dimensions().size() == 2)
            .findFirst()
            .orElseThrow();
    model.parameters()[last.offset() + last.dimensions().get(1) - 1] = Float.NaN;
    ShardResult result = run(new StepMasks(TRAINED, NARROW, WIDE, NARROW), new StepMasks(TRAINED));
    ShardResult.Divergence divergence = Objects.requireNonNull(result.divergence());
    assertThat(divergence.step()).isZero();
    assertThat(divergence.loss()).isNaN();
    assertThat(divergence.place()).startsWith("the weights of ");
    assertThat(result.probeLosses()[0][0]).isFinite();
    assertThat(result.probeLosses()[1]).as("a step that was not taken").isEmpty();
  }
}
