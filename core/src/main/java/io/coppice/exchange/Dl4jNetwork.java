package io.coppice.exchange;

import io.coppice.compact.CompactNetwork;
import io.coppice.exchange.Dl4jWeights.Part;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Our network of a Deeplearning4j one, and the way of weights between the two. Nothing of
 * Deeplearning4j is called: the configuration is read as any {@link NetworkFile} is.
 */
public final class Dl4jNetwork {

  private final Network network;
  private final List<Part> parts;
  private final List<String> notes;

  /**
   * @param parts where the values of Deeplearning4j's vector of weights belong, in its order
   * @param notes what its configuration says beyond the network
   */
  Dl4jNetwork(Network network, List<Part> parts, List<String> notes) {
    this.network = network;
    this.parts = List.copyOf(parts);
    this.notes = List.copyOf(notes);
  }

  /**
   * Translates a {@code ComputationGraphConfiguration} or {@code MultiLayerConfiguration}.
   *
   * @param configuration its JSON
   * @param name of the network
   * @param image shape of an image, which no configuration says
   * @throws InvalidNetworkException naming all that is not known
   */
  public static Dl4jNetwork read(String configuration, String name, Shape image) {
    return Dl4jTranslation.of(
        name, Dl4jDefinitionReader.read(NetworkFile.parse(configuration)), image);
  }

  /**
   * The shape of an image that a configuration for flattened images says; empty where it reads
   * images with rows and columns.
   *
   * @param configuration its JSON
   * @throws InvalidNetworkException naming all that is not known
   */
  public static Optional<Shape> flattenedImage(String configuration) {
    Dl4jDefinition definition = Dl4jDefinitionReader.read(NetworkFile.parse(configuration));
    return definition.vertices().stream()
        .filter(vertex -> vertex.inputs().contains(definition.input()))
        .flatMap(vertex -> Stream.ofNullable(vertex.view()))
        .filter(view -> !view.flat() && view.channels() > 0)
        .map(view -> new Shape(view.channels(), view.height(), view.width()))
        .findFirst();
  }

  /** Our network. */
  public Network network() {
    return network;
  }

  List<Part> parts() {
    return parts;
  }

  List<String> notes() {
    return notes;
  }

  /**
   * The weights of a vector that lies as Deeplearning4j's {@code params()} do.
   *
   * @throws InvalidNetworkException if it is longer or shorter than the network's weights, or has
   *     numbers that cannot be
   */
  public StartValues values(float[] vector) {
    StartValues values = sorted(vector);
    if (!values.areValid(CompactNetwork.dense(network).statistics())) {
      throw new InvalidNetworkException(
          "the weights have numbers that are not finite, or negative variances");
    }
    return values;
  }

  /** The same for numbers that lie as the weights do, such as their gradients. */
  StartValues sorted(float[] vector) {
    return Dl4jWeights.sort(this, vector);
  }

  /** The vector that Deeplearning4j's network has with these weights. */
  public float[] vector(StartValues values) {
    return Dl4jWeights.vector(this, values);
  }
}
