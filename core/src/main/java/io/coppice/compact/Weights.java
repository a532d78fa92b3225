package io.coppice.compact;

/**
 * The trained tensors of some mask's compact network, from which those of every mask that it
 * contains can be taken.
 *
 * @param layout where each tensor lies
 * @param values the values
 */
public record Weights(TensorLayout layout, float[] values) {

  public Weights {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " parameters, found " + values.length);
    }
  }

  /** The trained tensors of exactly one compact network. */
  public static Weights of(CompactNetwork compact, float[] values) {
    return new Weights(compact.parameters(), values);
  }
}
