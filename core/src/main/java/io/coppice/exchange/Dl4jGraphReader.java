package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code ComputationGraphConfiguration}: vertices, and what each of them reads. */
final class Dl4jGraphReader {

  private final Dl4jNotes notes;
  private final List<String> problems;
  private final Dl4jVertexReader reader;

  /**
   * @param problems receives what is not known
   */
  Dl4jGraphReader(Dl4jNotes notes, List<String> problems) {
    this.notes = notes;
    this.problems = problems;
    this.reader = new Dl4jVertexReader(notes);
  }

  Dl4jDefinition read(Dl4jObject json) {
    String input = Dl4jNames.only(json, "networkInputs");
    String output = Dl4jNames.only(json, "networkOutputs");
    Map<String, JsonNode> vertices = Dl4jNames.members(json, "vertices");
    Map<String, JsonNode> inputsOf = Dl4jNames.members(json, "vertexInputs");
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    vertices.forEach((name, unused) -> inputs.put(name, Dl4jNames.list(inputsOf.get(name), name)));
    JsonNode order = json.member("topologicalOrderStr");
    json.requireNothingElse();
    requireKnownInputs(input, inputs);
    if (!vertices.containsKey(output)) {
      throw new InvalidNetworkException("the output '" + output + "' is none of its vertices");
    }
    List<String> sorted =
        order == null ? Dl4jOrder.of(input, inputs) : Dl4jOrder.checked(order, input, inputs);
    List<Dl4jVertex> read = new ArrayList<>();
    for (String name : sorted) {
      vertex(name, inputs.getOrDefault(name, List.of()), vertices.get(name), read);
    }
    return new Dl4jDefinition(input, read, output, notes.all());
  }

  private static void requireKnownInputs(String input, Map<String, List<String>> inputs) {
    inputs.forEach(
        (name, sources) -> {
          for (String source : sources) {
            if (!source.equals(input) && !inputs.containsKey(source)) {
              throw new InvalidNetworkException(
                  name + ": reads '" + source + "', which is not there");
            }
          }
        });
  }

  private void vertex(
      String name, List<String> inputs, @Nullable JsonNode json, List<Dl4jVertex> vertices) {
    try {
      Dl4jObject vertex = new Dl4jObject(json, name, problems);
      Dl4jVertex.@Nullable View view = Dl4jVertexReader.view(vertex);
      @Nullable Dl4jLayer layer = reader.read(vertex);
      if (layer != null) {
        requireInputs(name, layer, inputs.size());
        vertices.add(new Dl4jVertex(name, inputs, view, layer));
      }
    } catch (InvalidNetworkException e) {
      problems.add(e.getMessage());
    }
  }

  private void requireInputs(String name, Dl4jLayer layer, int inputs) {
    if (inputs < 1 || inputs > 1 && !layer.joins()) {
      problems.add(
          name + ": reads " + inputs + " layers, expected " + (layer.joins() ? "at least 1" : "1"));
    }
  }
}
