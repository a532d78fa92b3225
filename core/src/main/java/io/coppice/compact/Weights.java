package io.coppice.compact;

import io.coppice.structure.Mask;
import java.util.List;

/**
 * The trained tensors of some masks' compact networks, from which those of each of these masks, and
 * of every mask that one of them contains, can be taken.
 *
 * @param layout where each tensor lies
 * @param values the values
 */
public record Weights(RowLayout layout, float[] values) {

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

  /**
   * The trained tensors of several compact networks.
   *
   * @param values laid out as {@link CompactNetworks#parametersOf}
   */
  public static Weights of(CompactNetworks networks, List<Mask> masks, float[] values) {
    return new Weights(networks.parametersOf(masks), values);
  }
}
