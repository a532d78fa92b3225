package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.ModelValues;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.compact.CompactNetwork;
import io.coppice.config.ConfigReader;
import io.coppice.data.Normalisation;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Checkpoints of a very small network, whose every number follows from the checkpoint's. */
final class SampleCheckpoints {

  static final Network NETWORK = NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.125);
  static final StructureSpace SPACE = new StructureSpace(NETWORK.groupChannels(), 1);

  static final ModelSource SOURCE =
      new ModelSource(
          NETWORK,
          new Normalisation(new float[] {1.5f}, new float[] {2.5f}),
          CompactModel.numbered(NETWORK.classes()),
          null);

  private SampleCheckpoints() {}

  /** What settings meant before they existed, or had other defaults. */
  static final Map<String, String> OLD_DEFAULTS =
      Map.of(
          "structure.strategy", "anchor",
          "structure.floor", "false",
          "training.warmUp", "0",
          "training.nesterov", "false",
          "training.decayed", "all");

  static RunIdentity identity() {
    return identity(Map.of("training.epochs", "5"));
  }

  /** A run with some settings beside those that older versions had as their defaults. */
  static RunIdentity identity(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(OLD_DEFAULTS);
    all.putAll(settings);
    return new RunIdentity(
        ConfigReader.read("test", "", all), "train-hash", "test-hash", "", "", "");
  }

  static CheckpointStore store(RunDirectory directory) {
    return store(directory, identity());
  }

  static CheckpointStore store(RunDirectory directory, RunIdentity identity) {
    return new CheckpointStore(
        directory, identity, SOURCE, structure(0), Mask.full(SPACE.groupChannels()), "test");
  }

  static RunDirectory directory(String path) throws IOException {
    return RunDirectory.open(path, new Configuration());
  }

  /** Metrics of as many rounds, a line each. */
  static MetricsLog metrics(RunDirectory directory, long rounds) throws IOException {
    MetricsLog log =
        MetricsLog.open(
            directory,
            List.of(),
            caution -> {
              throw new AssertionError(caution);
            });
    for (long round = 1; round <= rounds; round++) {
      log.append("{\"round\":" + round + "}");
    }
    return log;
  }

  static Checkpoint checkpoint(long number) {
    return checkpoint(number, List.of("avx2", "avx512_core"));
  }

  static Checkpoint checkpoint(long number, List<String> instructionSets) {
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    TrainingState state =
        new TrainingState(
            Phase.FINE_TUNE,
            number * 3,
            number + 0.1,
            number / 3.0,
            1,
            new ModelValues(
                floats(dense.parameters().size(), number),
                floats(dense.statistics().size(), number + 1),
                floats(dense.parameters().size(), number + 2),
                new float[0]),
            structure(number),
            Mask.full(NETWORK.groupChannels()));
    return new Checkpoint(number, state, number * 128, number * 0.25, instructionSets);
  }

  /** A state of the strategy {@code anchor}. */
  private static StrategyState structure(long number) {
    int groups = NETWORK.groupChannels().length;
    Mask anchor = Mask.builder(NETWORK.groupChannels()).activate(groups - 1, 1, 1).build();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("probabilities", Tensor.ofDoubles(doubles(SPACE.units(), number)));
    tensors.put("moments", Tensor.ofDoubles(doubles(2 * SPACE.units(), -number)));
    tensors.put("updates", Tensor.ofLong(7));
    tensors.put("anchor", ModelTensors.mask(anchor));
    tensors.put("anchorChosenAt", Tensor.ofLong(4));
    return new StrategyState("anchor", tensors);
  }

  private static float[] floats(int count, long number) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i - 5) * 0.3f + number;
    }
    return values;
  }

  private static double[] doubles(int count, long number) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = i / 7.0 + number;
    }
    return values;
  }

  static void assertSame(Checkpoint found, Checkpoint expected) {
    assertThat(found).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(expected);
  }
}
