package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.CheckpointFiles;
import io.coppice.artifact.SafeTensors;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.storage.Checkpoint;
import io.coppice.strategy.FixedStrategy;
import io.coppice.structure.Mask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs that were begun when checkpoints were written otherwise go on to the same bits. */
class OldCheckpointTest {

  private static final int ROUND = 4;

  @Test
  void run_checkpointOfVersionOneWithAnAnchor_goesOnToTheSameBits() throws IOException {
    assertGoesOn(
        Map.of("structure.duration", "1.0", "structure.anchor.margin", "0.01"),
        Map.of("structure.duration", "1.0", "structure.anchorMargin", "0.01"));
  }

  @Test
  void run_checkpointOfVersionOneOfSampledMasks_goesOnToTheSameBits() throws IOException {
    assertGoesOn(
        Map.of("structure.duration", "1.0", "structure.strategy", "sampled"),
        Map.of("structure.duration", "1.0", "structure.strategy", "", "structure.pair", "sampled"));
  }

  @Test
  void run_checkpointOfVersionOneOfAFixedMask_goesOnToTheSameBits() throws IOException {
    Map<String, String> settings = Map.of("structure.strategy", "random");
    assertGoesOn(
        settings, Map.of("structure.strategy", "", "structure.method", "random"), Optional.empty());
  }

  @Test
  void run_checkpointOfAUniformMaskThatWasRounded_goesOnWithThatMask() throws IOException {
    Map<String, String> settings = Map.of("structure.strategy", "uniform");
    RunSetup setup = SmallRun.setup(settings);
    Mask rounded =
        Strategies.fixedBefore(setup.config(), setup.network(), setup.cost(), setup.strategy());
    assertThat(rounded).isNotEqualTo(setup.strategy().presentMask());
    RunState start = RunState.start(setup, 0);
    start.structure().restore(new FixedStrategy("uniform", setup.space(), rounded).state());
    SmallRun.Outcome outcome =
        assertGoesOn(
            settings,
            Map.of("structure.strategy", "", "structure.method", "uniform"),
            Optional.of(start.checkpoint(Phase.TRAIN, Position.START, List.of())));
    assertThat(outcome.result().model().mask()).isEqualTo(rounded);
  }

  private static void assertGoesOn(Map<String, String> settings, Map<String, String> oldSettings)
      throws IOException {
    assertGoesOn(settings, oldSettings, Optional.empty());
  }

  /**
   * @param start what the run begins with; empty: nothing
   */
  private static SmallRun.Outcome assertGoesOn(
      Map<String, String> settings, Map<String, String> oldSettings, Optional<Checkpoint> start)
      throws IOException {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(ROUND);
    SmallRun.Outcome undisturbed = run(settings, new Continuation(kept, start));
    Checkpoint checkpoint = kept.last().orElseThrow();
    assertThat(checkpoint.state().phase()).isEqualTo(Phase.TRAIN);
    TrainingState upgraded = readAsVersionOne(checkpoint.state(), settings);
    assertThat(upgraded).usingRecursiveComparison().isEqualTo(checkpoint.state());
    Checkpoint old =
        new Checkpoint(
            checkpoint.number(),
            upgraded,
            checkpoint.images(),
            checkpoint.seconds(),
            checkpoint.instructionSets());
    SmallRun.Outcome resumed =
        run(oldSettings, new Continuation(new InMemoryCheckpoints(-1), Optional.of(old)));
    SmallRun.assertSameBits(resumed, undisturbed);
    return resumed;
  }

  private static SmallRun.Outcome run(Map<String, String> settings, Continuation continuation)
      throws IOException {
    return SmallRun.run("local[2]", settings, Map.of(), StepHook.NONE, report -> {}, continuation);
  }

  /** Writes a state, turns its files into those that version 1 wrote, and reads them. */
  private static TrainingState readAsVersionOne(TrainingState state, Map<String, String> settings)
      throws IOException {
    RunSetup setup = SmallRun.setup(settings);
    CheckpointFiles format =
        new CheckpointFiles(
            setup.network(),
            state.structure(),
            Strategies.fixedBefore(
                setup.config(), setup.network(), setup.cost(), setup.strategy()));
    Map<String, byte[]> files = new HashMap<>();
    for (String name : CheckpointFiles.NAMES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      format.write(state, name, out);
      files.put(name, out.toByteArray());
    }
    StrategyState structure = state.structure();
    boolean learned = structure.tensors().containsKey("moments");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "probabilities",
        learned ? structure.tensor("probabilities") : Tensor.ofDoubles(new double[] {1, 0}));
    tensors.put("moments", learned ? structure.tensor("moments") : Tensor.ofDoubles(new double[0]));
    if (learned) {
      // Sampled masks had an anchor too, which nobody used.
      tensors.put(
          "anchor", structure.tensors().getOrDefault("anchor", Tensor.ofBytes(new byte[] {1, 1})));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, tensors);
    files.put(CheckpointFiles.STRUCTURE, out.toByteArray());
    ObjectMapper json = new ObjectMapper();
    ObjectNode stateJson = (ObjectNode) json.readTree(files.get(CheckpointFiles.STATE));
    stateJson.remove("version");
    stateJson.remove("strategy");
    stateJson.put("structureUpdates", learned ? structure.tensor("updates").asLong() : 0);
    stateJson.put(
        "anchorChosenAt",
        structure.tensors().containsKey("anchorChosenAt")
            ? structure.tensor("anchorChosenAt").asLong()
            : 0);
    files.put(CheckpointFiles.STATE, json.writeValueAsBytes(stateJson));
    return format.read(files, "old");
  }
}
