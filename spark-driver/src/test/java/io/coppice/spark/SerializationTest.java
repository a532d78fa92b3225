package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.Evaluation;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardResult;
import io.coppice.train.StatisticsSums;
import io.coppice.train.StepSums;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Everything that travels to an executor or back arrives as it left, and nothing else travels. */
class SerializationTest {

  private static final int[] GROUPS = {70, 8};

  @Test
  void roundWork_noneOneAndTwoProbes_arrivesAsItLeft() {
    Mask trained = Mask.builder(GROUPS).activate(0, 60, 8).build();
    Mask probe = Mask.builder(GROUPS).activate(1, 0, 3).build();
    List<StepMasks> steps =
        List.of(
            new StepMasks(trained, probe),
            new StepMasks(probe),
            new StepMasks(probe, trained, probe));
    for (boolean shared : new boolean[] {true, false}) {
      RoundMasks masks = new RoundMasks(shared, shared ? 3 : 1, steps);
      RoundWork work = new RoundWork(7, 2, 3, 0.5, masks, new float[] {1, -2, Float.MIN_VALUE});
      RoundWork back = roundTrip(work);
      assertThat(back).usingRecursiveComparison().isEqualTo(work);
      assertThat(back.masks()).isEqualTo(masks);
    }
  }

  @Test
  void results_all_arriveAsTheyLeft() {
    ShardResult result =
        new ShardResult(
            1,
            new double[] {0.5},
            new double[][] {{0.25, 0.5}, {}},
            3,
            4,
            new ShardResult.Divergence(2, Double.POSITIVE_INFINITY, "stem.conv"),
            Long.MAX_VALUE,
            5);
    assertThat(roundTrip(result)).usingRecursiveComparison().isEqualTo(result);
    ShardOutcome outcome =
        new ShardOutcome(result, new StepSums(new float[] {1, 2}, new float[] {3}));
    assertThat(roundTrip(outcome)).usingRecursiveComparison().isEqualTo(outcome);
    TaskReply reply = new TaskReply(new StepTiming(1, 2), "worker", "executor_host_1", "avx2");
    assertThat(roundTrip(reply)).usingRecursiveComparison().isEqualTo(reply);
    assertThat(roundTrip(new Evaluation(1.5, 2, 3))).isEqualTo(new Evaluation(1.5, 2, 3));
    assertThat(roundTrip(new StepTiming(1, 2))).isEqualTo(new StepTiming(1, 2));
    StatisticsSums sums = new StatisticsSums(new double[][] {{0.1, 2}, {}}, 3);
    assertThat(roundTrip(sums)).usingRecursiveComparison().isEqualTo(sums);
    TaskReply evaluations =
        new TaskReply(List.of(Evaluation.NONE, new Evaluation(1, 2, 3)), "w", "e", "avx2");
    assertThat(roundTrip(evaluations)).isEqualTo(evaluations);
    Mask mask = Mask.full(GROUPS);
    CandidateWork work = new CandidateWork(List.of(mask, mask), new float[] {1}, 5, 6);
    assertThat(roundTrip(work)).usingRecursiveComparison().isEqualTo(work);
    EvaluationWork evaluated = work.with(List.of(new float[] {7}, new float[] {8, 9}));
    assertThat(roundTrip(evaluated)).usingRecursiveComparison().isEqualTo(evaluated);
    ModelEvaluation evaluation =
        ModelEvaluation.of(
            List.of("cat", "a dog", ""),
            0.1,
            new long[][] {{1, 0, 0}, {0, 0, 1L << 40}, {0, 3, 4}});
    assertThat(roundTrip(evaluation)).usingRecursiveComparison().isEqualTo(evaluation);
    ModelComparison comparison = new ModelComparison(evaluation, evaluation, 2, 1L << 33);
    assertThat(roundTrip(comparison)).usingRecursiveComparison().isEqualTo(comparison);
  }

  @Test
  void floats_lengthsAroundABlock_arriveAsTheyLeft() {
    for (int length : new int[] {0, 1, 16383, 16384, 16385, 40000}) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = Float.intBitsToFloat(i * 0x9E3779B9);
      }
      float[] back = roundTrip(values);
      assertThat(back).hasSize(length);
      for (int i = 0; i < length; i++) {
        assertThat(Float.floatToRawIntBits(back[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
      }
    }
  }

  @Test
  void floats_ofBfloat16_arriveInHalfOfTheBytes() {
    float[] values = new float[40_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(i * 0x9E370000);
    }
    byte[] packed = new Packing().pack(values);
    assertThat(packed.length).isBetween(2 * values.length, 2 * values.length + 20);
    float[] back = roundTrip(values);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(back[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
    values[40_000] = 0.1f;
    assertThat(new Packing().pack(values).length).isGreaterThan(4 * values.length);
    assertThat(roundTrip(values)[40_000]).isEqualTo(0.1f);
  }

  @Test
  void travelSize_whateverTravels_isWhatItsPackedBytesAre() {
    float[] exact = new float[10_000];
    Arrays.fill(exact, 0.1f);
    float[] rounded = exact.clone();
    Precision.BFLOAT16.round(rounded);
    RoundMasks masks = RoundMasks.of(new StepMasks(Mask.full(GROUPS)));
    for (float[] numbers : List.of(exact, rounded)) {
      RoundWork work = new RoundWork(7, 2, 3, 0.5, masks, numbers);
      assertThat(TravelSize.of(work))
          .isCloseTo(new Packing().pack(work).length, withinPercentage(3));
      ShardResult result = new ShardResult(1, new double[1], new double[1][0], 3, 4, null, 1, 5);
      ShardOutcome outcome = new ShardOutcome(result, new StepSums(numbers, new float[] {0.1f}));
      assertThat(TravelSize.of(outcome))
          .isCloseTo(new Packing().pack(outcome).length, withinPercentage(3));
    }
  }

  @Test
  void taskSettings_inATaskClosure_arriveAsTheyLeft() throws IOException, ClassNotFoundException {
    TaskSettings settings = SmallRun.setup(Map.of()).taskSettings();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TaskSettings back = (TaskSettings) in.readObject();
      assertThat(back).usingRecursiveComparison().isEqualTo(settings);
      assertThat(back.network()).isEqualTo(settings.network());
    }
  }

  @Test
  void serialize_unregisteredClass_refused() {
    assertThatThrownBy(() -> roundTrip(new java.util.LinkedHashMap<>(Map.of("a", "b"))))
        .hasMessageContaining("not registered");
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T value) {
    Packing packing = new Packing();
    return (T) packing.unpack(packing.pack(value));
  }
}
