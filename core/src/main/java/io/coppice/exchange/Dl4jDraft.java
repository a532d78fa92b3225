package io.coppice.exchange;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.exchange.Dl4jWeights.Ordering;
import io.coppice.exchange.Dl4jWeights.Part;
import io.coppice.network.Layer;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Our network as far as a Deeplearning4j one is translated: nodes with names that no vertex has,
 * and the order in which Deeplearning4j keeps their weights.
 */
final class Dl4jDraft {

  private final NetworkBuilder builder;
  private final String imageName;
  private final Set<String> names = new HashSet<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<String> notes;

  /**
   * @param image shape of an image
   */
  Dl4jDraft(String name, Dl4jDefinition definition, Shape image) {
    this.builder = new NetworkBuilder(name, definition.input(), image);
    this.imageName = definition.input();
    this.notes = definition.notes();
    names.add(imageName);
    definition.vertices().forEach(vertex -> names.add(vertex.name()));
  }

  /** The image's node. */
  int image() {
    return builder.input();
  }

  /** The name by which vertices read the image. */
  String imageName() {
    return imageName;
  }

  /** Shape of a node's output. */
  Shape shape(int node) {
    return builder.shape(node);
  }

  /** Adds a node of a vertex's own name. */
  int add(String name, Layer layer, Integer... inputs) {
    return builder.add(name, layer, inputs);
  }

  /** Adds a node beside the one that has its vertex's name. */
  int addBeside(Dl4jVertex vertex, String what, Layer layer, Integer... inputs) {
    String name = vertex.name() + "." + what;
    while (!names.add(name)) {
      name += "_";
    }
    return builder.add(name, layer, inputs);
  }

  /** Says that the next values of the vector of weights are a node's, and lie as ours do. */
  void expect(int node, Kind kind) {
    expect(node, kind, Ordering.SAME, 1);
  }

  /**
   * Says that the next values of the vector of weights are a node's.
   *
   * @param multiplier output channels of every input channel, for depthwise weights
   */
  void expect(int node, Kind kind, Ordering ordering, int multiplier) {
    parts.add(new Part(node, kind, ordering, multiplier));
  }

  Dl4jNetwork build() {
    return new Dl4jNetwork(builder.build(), parts, notes);
  }
}
