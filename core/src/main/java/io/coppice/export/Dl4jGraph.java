package io.coppice.export;

import io.coppice.exchange.Dl4jOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A graph of Deeplearning4j under construction: vertices, in the order in which they are added, and
 * their weights.
 */
final class Dl4jGraph {

  /**
   * The weights of a vertex.
   *
   * @param names of its tensors
   * @param values of them, in the order in which Deeplearning4j keeps them
   */
  record Weights(List<String> names, List<float[]> values) {
    static final Weights NONE = new Weights(List.of(), List.of());
  }

  private record Vertex(Map<String, @Nullable Object> json, Weights weights) {}

  private final String input;
  private final Map<String, Vertex> vertices = new LinkedHashMap<>();
  private final Map<String, List<String>> inputs = new LinkedHashMap<>();

  /**
   * @param input name of the graph's input
   */
  Dl4jGraph(String input) {
    this.input = input;
  }

  /** Adds a vertex that has no layer; returns its name. */
  String add(String name, Dl4jJson vertex, String... sources) {
    return add(name, vertex, Weights.NONE, sources);
  }

  /**
   * Adds the vertex of a layer; returns its name.
   *
   * @param flattening what makes vectors of what it reads; null where it reads it as it is
   */
  String addLayer(
      String name, Dl4jJson layer, Weights weights, @Nullable Dl4jJson flattening, String source) {
    Dl4jJson vertex = Dl4jLayerJson.vertex(name, layer, weights.names(), flattening);
    return add(name, vertex, weights, source);
  }

  private String add(String name, Dl4jJson vertex, Weights weights, String... sources) {
    vertices.put(name, new Vertex(vertex.members(), weights));
    inputs.put(name, List.of(sources));
    return name;
  }

  /**
   * The {@code ComputationGraphConfiguration}.
   *
   * @param output name of the vertex that gives the result
   */
  String configuration(String output) {
    List<String> order = withInput(Dl4jOrder.of(input, inputs));
    List<String> numbered = withInput(vertices.keySet());
    List<String> variables = new ArrayList<>();
    Map<String, Object> json = new LinkedHashMap<>();
    vertices.forEach(
        (name, vertex) -> {
          json.put(name, vertex.json());
          vertex.weights().names().forEach(weight -> variables.add(name + "_" + weight));
        });
    return Dl4jJson.plain()
        .with("backpropType", "Standard")
        .with("cacheMode", "NONE")
        .with("dataType", "FLOAT")
        .with("defaultConfiguration", Dl4jLayerJson.configuration(null, variables))
        .with("epochCount", 0)
        .with("inferenceWorkspaceMode", "ENABLED")
        .with("iterationCount", 0)
        .with("networkInputs", List.of(input))
        .with("networkOutputs", List.of(output))
        .with("tbpttBackLength", 20)
        .with("tbpttFwdLength", 20)
        .with("topologicalOrder", order.stream().map(numbered::indexOf).toList())
        .with("topologicalOrderStr", order)
        .with("trainingWorkspaceMode", "ENABLED")
        .with("validateOutputLayerConfig", true)
        .with("vertexInputs", inputs)
        .with("vertices", json)
        .text();
  }

  private List<String> withInput(Collection<String> names) {
    List<String> all = new ArrayList<>(List.of(input));
    all.addAll(names);
    return all;
  }

  /** All weights in one vector, as Deeplearning4j keeps them. */
  float[] coefficients() {
    List<float[]> parts = new ArrayList<>();
    for (String name : Dl4jOrder.of(input, inputs)) {
      parts.addAll(Objects.requireNonNull(vertices.get(name)).weights().values());
    }
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int next = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }
}
