package io.coppice.exchange;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.InvalidNetworkException;
import java.util.List;

/** Brings the flat vector of a Deeplearning4j network's weights into our layout, and back. */
final class Dl4jWeights {

  /** How the values of a tensor lie in the vector. */
  enum Ordering {
    /** As ours. Weights of dense layers are {@code (in, out)} by columns, which is the same. */
    SAME,
    /** {@code (height, width, in, multiplier)}, row by row. */
    KERNEL_FIRST,
    /** {@code (multiplier, in, height, width)}, row by row. */
    MULTIPLIER_FIRST,
    /** log10 of the standard deviation, where ours is the variance. */
    LOG_DEVIATION
  }

  /**
   * The next values of the vector.
   *
   * @param node the node of our network that they belong to
   * @param kind of which tensor
   * @param multiplier output channels of every input channel, for depthwise weights
   */
  record Part(int node, Kind kind, Ordering ordering, int multiplier) {}

  /** Smaller variances count as this one, as 0 has no logarithm. */
  private static final double LEAST_VARIANCE = Float.MIN_NORMAL;

  private Dl4jWeights() {}

  /**
   * Sorts a vector.
   *
   * @throws InvalidNetworkException if it is longer or shorter than the network's weights
   */
  static StartValues sort(Dl4jNetwork translated, float[] vector) {
    CompactNetwork dense = CompactNetwork.dense(translated.network());
    long expected = (long) dense.parameters().size() + dense.statistics().size();
    if (vector.length != expected) {
      throw new InvalidNetworkException(
          "expected " + expected + " weights as the configuration says, found " + vector.length);
    }
    StartValues values =
        new StartValues(new float[dense.parameters().size()], new float[dense.statistics().size()]);
    int position = 0;
    for (Place place : places(translated, dense)) {
      float[] ours = place.statistic() ? values.statistics() : values.parameters();
      for (int i = 0; i < place.tensor().size(); i++) {
        float value = vector[position + i];
        ours[place.of(i)] =
            place.part().ordering() == Ordering.LOG_DEVIATION
                ? (float) Math.pow(10, 2.0 * value)
                : value;
      }
      position += place.tensor().size();
    }
    return values;
  }

  /** The vector of which {@link #sort} makes these values, up to the rounding of logarithms. */
  static float[] vector(Dl4jNetwork translated, StartValues values) {
    CompactNetwork dense = CompactNetwork.dense(translated.network());
    float[] vector = new float[dense.parameters().size() + dense.statistics().size()];
    int position = 0;
    for (Place place : places(translated, dense)) {
      float[] ours = place.statistic() ? values.statistics() : values.parameters();
      for (int i = 0; i < place.tensor().size(); i++) {
        float value = ours[place.of(i)];
        vector[position + i] =
            place.part().ordering() == Ordering.LOG_DEVIATION
                ? (float) (0.5 * Math.log10(Math.max(value, LEAST_VARIANCE)))
                : value;
      }
      position += place.tensor().size();
    }
    return vector;
  }

  private static List<Place> places(Dl4jNetwork translated, CompactNetwork dense) {
    return translated.parts().stream()
        .map(
            part -> {
              boolean statistic = part.kind() == Kind.MEAN || part.kind() == Kind.VARIANCE;
              TensorLayout layout = statistic ? dense.statistics() : dense.parameters();
              return new Place(part, statistic, layout.tensor(part.node(), part.kind()));
            })
        .toList();
  }

  /** A part of the vector, and the tensor of ours that it belongs to. */
  private record Place(Part part, boolean statistic, Tensor tensor) {

    /** Where in our layout the i-th value of theirs lies. */
    int of(int i) {
      return tensor.offset() + place(part, tensor, i);
    }
  }

  /** Where in our tensor the i-th value of theirs lies. */
  private static int place(Part part, Tensor tensor, int i) {
    int area = tensor.kernelArea();
    int multiplier = part.multiplier();
    int channels = tensor.outputs().length / multiplier;
    return switch (part.ordering()) {
      case SAME, LOG_DEVIATION -> i;
      case KERNEL_FIRST -> {
        int output = i % (channels * multiplier);
        yield output * area + i / (channels * multiplier);
      }
      case MULTIPLIER_FIRST -> {
        int copy = i / (channels * area);
        int channel = i / area % channels;
        yield (channel * multiplier + copy) * area + i % area;
      }
    };
  }
}
