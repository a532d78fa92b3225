package io.coppice.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.compact.CompactNetwork;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckpointFilesTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.125);
  private static final Mask ANCHOR =
      Mask.builder(NETWORK.groupChannels()).activate(0, 1, 1).build();
  private static final Mask FULL = Mask.full(NETWORK.groupChannels());

  /** Three of the things that a strategy may hold. */
  private static StrategyState strategyState() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("rewards", Tensor.ofDoubles(new double[] {0.5, -0.25}));
    tensors.put("draws", Tensor.ofLong(Long.MAX_VALUE));
    tensors.put("held", ModelTensors.mask(ANCHOR));
    return new StrategyState("regression", tensors);
  }

  private static TrainingState state(StrategyState structure, @Nullable Mask chosen) {
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    return new TrainingState(
        Phase.TRAIN,
        7,
        1.5,
        0.25,
        2,
        new ModelValues(
            new float[dense.parameters().size()],
            new float[dense.statistics().size()],
            new float[dense.parameters().size()],
            new float[0]),
        structure,
        chosen);
  }

  private static Map<String, byte[]> write(TrainingState state) throws IOException {
    CheckpointFiles files = new CheckpointFiles(NETWORK, state.structure(), FULL);
    Map<String, byte[]> contents = new HashMap<>();
    for (String name : CheckpointFiles.NAMES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      files.write(state, name, out);
      contents.put(name, out.toByteArray());
    }
    return contents;
  }

  private static TrainingState read(Map<String, byte[]> contents, StrategyState like)
      throws IOException {
    return new CheckpointFiles(NETWORK, like, FULL).read(contents, "RUN");
  }

  @Test
  void read_anyStrategysTensors_areAsTheyWereWritten() throws IOException {
    for (Mask chosen : new Mask[] {null, FULL}) {
      TrainingState state = state(strategyState(), chosen);
      TrainingState back = read(write(state), strategyState());
      assertThat(back).usingRecursiveComparison().isEqualTo(state);
      assertThat(back.structure().tensors().keySet())
          .containsExactlyElementsOf(strategyState().tensors().keySet());
      assertThat(back.structure().tensor("draws").asLong()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void read_averageOfTheWeights_isAsItWasWrittenAndWhole() throws IOException {
    TrainingState without = state(strategyState(), null);
    float[] average = new float[without.model().parameters().length];
    Arrays.fill(average, 0.5f);
    TrainingState with =
        new TrainingState(
            Phase.TRAIN,
            7,
            1.5,
            0.25,
            2,
            new ModelValues(
                without.model().parameters(),
                without.model().statistics(),
                without.model().velocity(),
                average),
            strategyState(),
            null);
    Map<String, byte[]> contents = write(with);
    assertThat(read(contents, strategyState())).usingRecursiveComparison().isEqualTo(with);
    Map<String, Tensor> tensors =
        SafeTensors.read(
            new ByteArrayInputStream(
                Objects.requireNonNull(contents.get(CheckpointFiles.VELOCITY))),
            "velocity");
    tensors.remove("average.stem.conv.weight");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, tensors);
    contents.put(CheckpointFiles.VELOCITY, out.toByteArray());
    assertThatThrownBy(() -> read(contents, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("stem.conv.weight");
  }

  @Test
  void read_tensorThatIsCalledAsTheFinalMask_isNotMistakenForIt() throws IOException {
    StrategyState structure =
        new StrategyState("other", Map.of("chosen", Tensor.ofDoubles(new double[] {1})));
    TrainingState back = read(write(state(structure, null)), structure);
    assertThat(back.chosen()).isNull();
    assertThat(back.structure().tensor("chosen").doubles()).containsExactly(1);
  }

  @Test
  void read_stateOfAnotherStrategy_refusedNamingBoth() throws IOException {
    StrategyState other = new StrategyState("uniform", Map.of());
    assertThatThrownBy(() -> read(write(state(other, null)), strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("RUN/structure.safetensors")
        .hasMessageContaining("expected a state of the strategy 'regression'")
        .hasMessageContaining("found one of 'uniform'");
  }

  @Test
  void read_tensorMissingUnknownOrOfAnotherForm_refusedNamingIt() throws IOException {
    assertFormRefused("rewards", null, "tensor rewards", "F64 of shape [2]", "found none");
    assertFormRefused(
        "rewards",
        Tensor.ofDoubles(new double[3]),
        "tensor rewards",
        "F64 of shape [2]",
        "found F64 of shape [3]");
    assertFormRefused(
        "draws", Tensor.ofDoubles(new double[1]), "tensor draws", "I64 of shape [1]", "found F64");
    assertFormRefused("scales", Tensor.ofLong(1), "[rewards, draws, held]", "found tensor scales");
  }

  private static void assertFormRefused(String name, @Nullable Tensor tensor, String... parts)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(strategyState().tensors());
    if (tensor == null) {
      tensors.remove(name);
    } else {
      tensors.put(name, tensor);
    }
    Map<String, byte[]> files = write(state(new StrategyState("regression", tensors), null));
    assertThatThrownBy(() -> read(files, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .message()
        .contains("RUN/structure.safetensors", "'regression'")
        .contains(parts);
  }

  @Test
  void read_tensorOfNobody_refused() throws IOException {
    Map<String, byte[]> files = write(state(strategyState(), null));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, Map.of("stray", Tensor.ofLong(1)));
    files.put(CheckpointFiles.STRUCTURE, out.toByteArray());
    assertThatThrownBy(() -> read(files, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("tensors chosen and strategy.NAME")
        .hasMessageContaining("found tensor stray");
  }

  @Test
  void read_finalMaskOfAnotherNetwork_refused() throws IOException {
    Map<String, byte[]> files = write(state(strategyState(), Mask.full(new int[] {3})));
    assertThatThrownBy(() -> read(files, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("the mask chosen")
        .hasMessageContaining("found U8 of shape [3]");
  }

  @Test
  void read_versionThatIsNotKnown_refusedNamingIt() throws IOException {
    Map<String, byte[]> files = write(state(strategyState(), null));
    files.compute(
        CheckpointFiles.STATE, (name, json) -> edited(json, "\"version\":3", "\"version\":4"));
    assertThatThrownBy(() -> read(files, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("RUN/state.json")
        .hasMessageContaining("expected version 1 to 3, found version 4");
  }

  @Test
  void read_stateJsonOfAnotherKind_refused() throws IOException {
    Map<String, byte[]> files = write(state(strategyState(), null));
    byte[] whole = Objects.requireNonNull(files.get(CheckpointFiles.STATE));
    assertStateRefused(files, edited(whole, "\"TRAIN\"", "\"LUNCH\""), "a phase of", "'LUNCH'");
    assertStateRefused(files, edited(whole, "\"round\":7", "\"round\":-7"), "'round'", "-7");
    assertStateRefused(files, edited(whole, "1.5", "\"x\""), "'lossSum' to be a number");
    assertStateRefused(files, edited(whole, "\"regression\"", "5"), "'strategy' to be a text");
    assertStateRefused(files, "[1]".getBytes(StandardCharsets.UTF_8), "a JSON object");
    assertStateRefused(files, "{".getBytes(StandardCharsets.UTF_8), "expected JSON");
  }

  private static void assertStateRefused(
      Map<String, byte[]> files, byte[] stateJson, String... parts) {
    files.put(CheckpointFiles.STATE, stateJson);
    assertThatThrownBy(() -> read(files, strategyState()))
        .isInstanceOf(CorruptFileException.class)
        .message()
        .contains("RUN/state.json")
        .contains(parts);
  }

  private static byte[] edited(byte[] json, String from, String to) {
    String text = new String(json, StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(StandardCharsets.UTF_8);
  }
}
