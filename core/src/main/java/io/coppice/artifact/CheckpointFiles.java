package io.coppice.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.compact.CompactNetwork;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TrainingState} as files: tensors as {@code safetensors}, the rest as JSON.
 *
 * <ul>
 *   <li>{@code weights.safetensors}: trained tensors and running statistics of the dense network
 *   <li>{@code velocity.safetensors}: the optimiser's velocity, named as the trained tensors
 *   <li>{@code structure.safetensors}: {@code probabilities}, {@code moments}, and where there are
 *       any the masks {@code anchor} and {@code chosen}, one byte a channel, groups one after the
 *       other
 *   <li>{@code state.json}: phase, round and sums
 * </ul>
 */
public final class CheckpointFiles {

  public static final String WEIGHTS = "weights.safetensors";
  public static final String VELOCITY = "velocity.safetensors";
  public static final String STRUCTURE = "structure.safetensors";
  public static final String STATE = "state.json";

  /** All files, in the order in which they are written. */
  public static final List<String> NAMES = List.of(WEIGHTS, VELOCITY, STRUCTURE, STATE);

  private static final String PROBABILITIES = "probabilities";
  private static final String MOMENTS = "moments";
  private static final String ANCHOR = "anchor";
  private static final String CHOSEN = "chosen";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Network network;
  private final StructureSpace space;
  private final CompactNetwork dense;

  public CheckpointFiles(Network network, StructureSpace space) {
    this.network = network;
    this.space = space;
    this.dense = CompactNetwork.dense(network);
  }

  /** Writes one of the {@link #NAMES files}. */
  public void write(TrainingState state, String name, OutputStream out) throws IOException {
    ModelValues model = state.model();
    switch (name) {
      case WEIGHTS ->
          SafeTensors.write(
              out, ModelTensors.weights(dense, model.parameters(), model.statistics()));
      case VELOCITY -> SafeTensors.write(out, ModelTensors.parameters(dense, model.velocity()));
      case STRUCTURE -> SafeTensors.write(out, structureTensors(state));
      case STATE -> out.write(JSON.writeValueAsBytes(stateJson(state)));
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
    ModelValues model =
        new ModelValues(
            ModelTensors.values(weights, dense.parameters(), where + "/" + WEIGHTS),
            ModelTensors.values(weights, dense.statistics(), where + "/" + WEIGHTS),
            ModelTensors.values(
                tensors(files, VELOCITY, where), dense.parameters(), where + "/" + VELOCITY));
    Map<String, Tensor> tensors = tensors(files, STRUCTURE, where);
    String structureFile = where + "/" + STRUCTURE;
    double[] probabilities = doubles(tensors, PROBABILITIES, structureFile);
    double[] moments = doubles(tensors, MOMENTS, structureFile);
    if (probabilities.length != space.units()
        || moments.length != 0 && moments.length != 2 * space.units()) {
      throw new CorruptFileException(
          structureFile,
          Long.BYTES,
          space.units() + " probabilities and twice as many moments or none",
          probabilities.length + " and " + moments.length);
    }
    String stateFile = where + "/" + STATE;
    JsonNode state = json(content(files, STATE, where), stateFile);
    return new TrainingState(
        phase(state, stateFile),
        wholeNumber(state, "round", stateFile),
        number(state, "lossSum", stateFile),
        number(state, "accuracySum", stateFile),
        (int) wholeNumber(state, "halvings", stateFile),
        model,
        new StructureValues(
            probabilities,
            moments,
            (int) wholeNumber(state, "structureUpdates", stateFile),
            mask(tensors, ANCHOR, structureFile),
            wholeNumber(state, "anchorChosenAt", stateFile)),
        mask(tensors, CHOSEN, structureFile));
  }

  private Map<String, Tensor> structureTensors(TrainingState state) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(PROBABILITIES, Tensor.ofDoubles(state.structure().probabilities()));
    tensors.put(MOMENTS, Tensor.ofDoubles(state.structure().moments()));
    Mask anchor = state.structure().anchor();
    if (anchor != null) {
      tensors.put(ANCHOR, Tensor.ofBytes(bytes(anchor)));
    }
    Mask chosen = state.chosen();
    if (chosen != null) {
      tensors.put(CHOSEN, Tensor.ofBytes(bytes(chosen)));
    }
    return tensors;
  }

  private static ObjectNode stateJson(TrainingState state) {
    ObjectNode json = JSON.createObjectNode();
    json.put("phase", state.phase().name());
    json.put("round", state.round());
    json.put("lossSum", state.lossSum());
    json.put("accuracySum", state.accuracySum());
    json.put("halvings", state.halvings());
    json.put("structureUpdates", state.structure().updates());
    json.put("anchorChosenAt", state.structure().anchorChosenAt());
    return json;
  }

  private byte[] bytes(Mask mask) {
    byte[] bytes = new byte[Arrays.stream(network.groupChannels()).sum()];
    int next = 0;
    for (ChannelGroup group : network.groups()) {
      for (int channel = 0; channel < group.channels(); channel++) {
        bytes[next++] = (byte) (mask.isActive(group.id(), channel) ? 1 : 0);
      }
    }
    return bytes;
  }

  private @Nullable Mask mask(Map<String, Tensor> tensors, String name, String file)
      throws CorruptFileException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      return null;
    }
    int channels = Arrays.stream(network.groupChannels()).sum();
    if (tensor.type() != SafeTensors.Type.U8 || tensor.data().length != channels) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          "mask " + name + " of " + channels + " bytes",
          tensor.type() + " of " + tensor.data().length + " bytes");
    }
    Mask.Builder mask = Mask.builder(network.groupChannels());
    int next = 0;
    for (ChannelGroup group : network.groups()) {
      for (int channel = 0; channel < group.channels(); channel++) {
        if (tensor.data()[next++] != 0) {
          mask.activate(group.id(), channel, 1);
        }
      }
    }
    return mask.build();
  }

  private static Map<String, Tensor> tensors(Map<String, byte[]> files, String name, String where)
      throws IOException {
    return SafeTensors.read(
        new ByteArrayInputStream(content(files, name, where)), where + "/" + name);
  }

  private static byte[] content(Map<String, byte[]> files, String name, String where)
      throws CorruptFileException {
    byte[] content = files.get(name);
    return required(content, () -> new CorruptFileException(where, 0, "a file " + name, "none"));
  }

  private static double[] doubles(Map<String, Tensor> tensors, String name, String file)
      throws CorruptFileException {
    Tensor tensor = tensors.get(name);
    boolean usable = tensor != null && tensor.type() == SafeTensors.Type.F64;
    return required(
            usable ? tensor : null,
            () ->
                new CorruptFileException(
                    file,
                    Long.BYTES,
                    "tensor " + name + " as F64",
                    tensor == null ? "none" : tensor.type().name()))
        .doubles();
  }

  private static JsonNode json(byte[] content, String file) throws IOException {
    try {
      return JSON.readTree(content);
    } catch (JsonProcessingException e) {
      throw new CorruptFileException(file, 0, "JSON", e.getOriginalMessage());
    }
  }

  private static Phase phase(JsonNode state, String file) throws CorruptFileException {
    String found = state.path("phase").asText();
    Phase phase =
        Arrays.stream(Phase.values())
            .filter(value -> value.name().equals(found))
            .findFirst()
            .orElse(null);
    return required(
        phase,
        () ->
            new CorruptFileException(
                file, 0, "a phase of " + Arrays.toString(Phase.values()), "'" + found + "'"));
  }

  private static long wholeNumber(JsonNode state, String key, String file)
      throws CorruptFileException {
    JsonNode value = state.path(key);
    if (!value.isIntegralNumber() || value.asLong() < 0) {
      throw new CorruptFileException(
          file, 0, "'" + key + "' to be a whole number", value.toString());
    }
    return value.asLong();
  }

  private static double number(JsonNode state, String key, String file)
      throws CorruptFileException {
    JsonNode value = state.path(key);
    if (!value.isNumber()) {
      throw new CorruptFileException(file, 0, "'" + key + "' to be a number", value.toString());
    }
    return value.asDouble();
  }

  private static <T> T required(@Nullable T value, Supplier<CorruptFileException> failure)
      throws CorruptFileException {
    if (value == null) {
      throw failure.get();
    }
    return value;
  }
}
