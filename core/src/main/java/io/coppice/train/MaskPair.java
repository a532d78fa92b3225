package io.coppice.train;

import io.coppice.structure.Mask;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The masks of one paired step.
 *
 * @param trained forward and backward: trains the weights
 * @param probe forward only, on the same minibatch; null where the structure is fixed
 */
public record MaskPair(Mask trained, @Nullable Mask probe) {

  /** All masks of some pairs, each once, in the order of their first use. */
  public static List<Mask> masks(List<MaskPair> pairs) {
    return pairs.stream()
        .flatMap(pair -> Stream.of(pair.trained(), pair.probe()))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }
}
