package io.coppice.artifact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.compact.CompactNetwork;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TrainingState} as files: tensors as {@code safetensors}, the rest as JSON.
 *
 * <ul>
 *   <li>{@code weights.safetensors}: trained tensors and running statistics of the dense network
 *   <li>{@code velocity.safetensors}: the optimiser's velocity, named as the trained tensors; and
 *       the moving average of the weights, if one is kept, each as {@code average.NAME}
 *   <li>{@code structure.safetensors}: the tensors of the strategy, each as {@code strategy.NAME},
 *       and once it is chosen the final mask {@code chosen}
 *   <li>{@code state.json}: version of these files, phase, round and sums, name of the strategy
 * </ul>
 *
 * <p>Files of earlier versions are read too: {@link CheckpointUpgrade}.
 */
public final class CheckpointFiles {

  public static final String WEIGHTS = "weights.safetensors";
  public static final String VELOCITY = "velocity.safetensors";
  public static final String STRUCTURE = "structure.safetensors";
  public static final String STATE = "state.json";

  /** All files, in the order in which they are written. */
  public static final List<String> NAMES = List.of(WEIGHTS, VELOCITY, STRUCTURE, STATE);

  /** The version of these files that is written. */
  static final int VERSION = 3;

  static final String VERSION_KEY = "version";
  static final String STRATEGY_KEY = "strategy";

  /** What the names of a strategy's tensors begin with. */
  static final String STRATEGY_PREFIX = "strategy.";

  /** What the names of the weights' moving averages begin with. */
  static final String AVERAGE_PREFIX = "average.";

  /** Name of the tensor that holds the final mask. */
  static final String CHOSEN = "chosen";

  private final int[] groupChannels;
  private final StrategyState like;
  private final Tensor fixedBefore;
  private final CompactNetwork dense;

  /**
   * @param like any state of the run's strategy, which says what tensors a state has
   * @param fixedBefore the mask that a run of the same configuration had in versions whose files do
   *     not hold it, if its strategy's mask never changes
   */
  public CheckpointFiles(Network network, StrategyState like, Mask fixedBefore) {
    this.fixedBefore = ModelTensors.mask(fixedBefore);
    this.groupChannels = network.groupChannels();
    this.like = like;
    this.dense = CompactNetwork.dense(network);
  }

  /** Writes one of the {@link #NAMES files}. */
  public void write(TrainingState state, String name, OutputStream out) throws IOException {
    ModelValues model = state.model();
    switch (name) {
      case WEIGHTS ->
          SafeTensors.write(
              out, ModelTensors.weights(dense, model.parameters(), model.statistics()));
      case VELOCITY -> SafeTensors.write(out, velocityTensors(model));
      case STRUCTURE -> SafeTensors.write(out, structureTensors(state));
      case STATE -> out.write(stateJson(state).toString().getBytes(StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("a checkpoint has no file " + name);
    }
  }

  /**
   * Reads a state back.
   *
   * @param files content of every one of the {@link #NAMES files}
   * @param where path of the checkpoint, for messages
   * @throws CorruptFileException if anything departs from what this network's checkpoint holds
   */
  public TrainingState read(Map<String, byte[]> files, String where) throws IOException {
    Map<String, Tensor> weights = tensors(files, WEIGHTS, where);
    Map<String, Tensor> velocity = tensors(files, VELOCITY, where);
    ModelValues model =
        new ModelValues(
            ModelTensors.values(weights, dense.parameters(), where + "/" + WEIGHTS),
            ModelTensors.values(weights, dense.statistics(), where + "/" + WEIGHTS),
            ModelTensors.values(velocity, dense.parameters(), where + "/" + VELOCITY),
            average(velocity, where + "/" + VELOCITY));
    Map<String, Tensor> tensors = tensors(files, STRUCTURE, where);
    StateJson state = StateJson.read(content(files, STATE, where), where + "/" + STATE);
    CheckpointUpgrade.apply(tensors, state, like, fixedBefore);
    Mask chosen = mask(tensors.remove(CHOSEN), where + "/" + STRUCTURE);
    return new TrainingState(
        state.phase(),
        state.wholeNumber("round"),
        state.number("lossSum"),
        state.number("accuracySum"),
        (int) state.wholeNumber("halvings"),
        model,
        strategyState(state, tensors, where + "/" + STRUCTURE),
        chosen);
  }

  private Map<String, Tensor> velocityTensors(ModelValues model) {
    Map<String, Tensor> tensors = ModelTensors.parameters(dense, model.velocity());
    if (model.average().length > 0) {
      ModelTensors.parameters(dense, model.average())
          .forEach((name, tensor) -> tensors.put(AVERAGE_PREFIX + name, tensor));
    }
    return tensors;
  }

  /** The moving average of the weights: of all of them, or none. */
  private float[] average(Map<String, Tensor> velocity, String file) throws CorruptFileException {
    Map<String, Tensor> averages = new LinkedHashMap<>();
    velocity.forEach(
        (name, tensor) -> {
          if (name.startsWith(AVERAGE_PREFIX)) {
            averages.put(name.substring(AVERAGE_PREFIX.length()), tensor);
          }
        });
    return averages.isEmpty()
        ? new float[0]
        : ModelTensors.values(averages, dense.parameters(), file);
  }

  private static Map<String, Tensor> structureTensors(TrainingState state) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    state
        .structure()
        .tensors()
        .forEach((name, tensor) -> tensors.put(STRATEGY_PREFIX + name, tensor));
    Mask chosen = state.chosen();
    if (chosen != null) {
      tensors.put(CHOSEN, ModelTensors.mask(chosen));
    }
    return tensors;
  }

  private StrategyState strategyState(StateJson json, Map<String, Tensor> tensors, String file)
      throws CorruptFileException {
    Map<String, Tensor> own = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (!entry.getKey().startsWith(STRATEGY_PREFIX)) {
        throw new CorruptFileException(
            file,
            Long.BYTES,
            "tensors " + CHOSEN + " and " + STRATEGY_PREFIX + "NAME",
            "tensor " + entry.getKey());
      }
      own.put(entry.getKey().substring(STRATEGY_PREFIX.length()), entry.getValue());
    }
    StrategyState state = new StrategyState(json.text(STRATEGY_KEY), own);
    state.requireForm(like, file);
    return state;
  }

  private static ObjectNode stateJson(TrainingState state) {
    ObjectNode json = StateJson.empty();
    json.put(VERSION_KEY, VERSION);
    json.put("phase", state.phase().name());
    json.put("round", state.round());
    json.put("lossSum", state.lossSum());
    json.put("accuracySum", state.accuracySum());
    json.put("halvings", state.halvings());
    json.put(STRATEGY_KEY, state.structure().strategy());
    return json;
  }

  private @Nullable Mask mask(@Nullable Tensor tensor, String file) throws CorruptFileException {
    try {
      return tensor == null ? null : ModelTensors.mask(tensor, groupChannels);
    } catch (IllegalArgumentException e) {
      throw new CorruptFileException(
          file, Long.BYTES, "the mask " + CHOSEN, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Tensor> tensors(Map<String, byte[]> files, String name, String where)
      throws IOException {
    return SafeTensors.read(
        new ByteArrayInputStream(content(files, name, where)), where + "/" + name);
  }

  private static byte[] content(Map<String, byte[]> files, String name, String where)
      throws CorruptFileException {
    byte[] content = files.get(name);
    if (content == null) {
      throw new CorruptFileException(where, 0, "a file " + name, "none");
    }
    return content;
  }
}
