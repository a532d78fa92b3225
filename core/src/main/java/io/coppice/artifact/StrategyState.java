package io.coppice.artifact;

import io.coppice.artifact.SafeTensors.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a way of learning the structure knows at one moment of a training, as tensors that it names
 * itself.
 *
 * @param strategy the way's name
 * @param tensors all that it needs to go on, in the order in which they are written
 */
public record StrategyState(String strategy, Map<String, Tensor> tensors) {

  /** Name of the only tensor of a strategy whose mask never changes: that mask. */
  public static final String FIXED_MASK = "mask";

  public StrategyState {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * A tensor by its name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "a state of the strategy '"
              + strategy
              + "' with the tensors "
              + tensors.keySet()
              + " has no tensor "
              + name);
    }
    return tensor;
  }

  /**
   * Checks that this could be another moment of the same run.
   *
   * @param like a state of that run
   * @param file where this one was found, for messages
   * @throws CorruptFileException if it is of another strategy, or some tensor is missing, unknown
   *     or of another type or shape; it names the first of them
   */
  void requireForm(StrategyState like, String file) throws CorruptFileException {
    if (!strategy.equals(like.strategy)) {
      throw new CorruptFileException(
          file, 0, "a state of the strategy '" + like.strategy + "'", "one of '" + strategy + "'");
    }
    for (Map.Entry<String, Tensor> entry : like.tensors.entrySet()) {
      Tensor expected = entry.getValue();
      Tensor found = tensors.get(entry.getKey());
      if (found == null
          || found.type() != expected.type()
          || !found.shape().equals(expected.shape())) {
        throw new CorruptFileException(
            file,
            Long.BYTES,
            "tensor "
                + entry.getKey()
                + " of the strategy '"
                + strategy
                + "' as "
                + expected.describe(),
            found == null ? "none" : found.describe());
      }
    }
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (!like.tensors.containsKey(entry.getKey())) {
        throw new CorruptFileException(
            file,
            Long.BYTES,
            "no tensor of the strategy '" + strategy + "' but " + like.tensors.keySet(),
            "tensor " + entry.getKey() + " as " + entry.getValue().describe());
      }
    }
  }
}
