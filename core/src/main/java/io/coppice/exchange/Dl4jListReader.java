package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@code MultiLayerConfiguration}: layers, each of which reads the one before it. */
final class Dl4jListReader {

  private final Dl4jNotes notes;
  private final List<String> problems;
  private final Dl4jLayerConfigurationReader layers;

  /**
   * @param problems receives what is not known
   */
  Dl4jListReader(Dl4jNotes notes, List<String> problems) {
    this.notes = notes;
    this.problems = problems;
    this.layers = new Dl4jLayerConfigurationReader(notes);
  }

  Dl4jDefinition read(Dl4jObject json) {
    JsonNode confs = json.member("confs");
    if (confs == null || !confs.isArray() || confs.isEmpty() || confs.size() > Dl4jNames.MOST) {
      throw new InvalidNetworkException("confs: expected a list of 1 to " + Dl4jNames.MOST);
    }
    Map<String, JsonNode> views =
        json.says("inputPreProcessors") ? Dl4jNames.members(json, "inputPreProcessors") : Map.of();
    json.ignore("inputPreProcessors");
    json.requireNothingElse();
    List<Dl4jVertex> vertices = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String last = freeName("input", names);
    String input = last;
    for (int i = 0; i < confs.size(); i++) {
      String name = freeName(nameOf(confs.get(i), i), names);
      try {
        JsonNode viewJson = views.get(String.valueOf(i));
        Dl4jVertex.@Nullable View view =
            viewJson == null
                ? null
                : Dl4jPreprocessorReader.read(
                    new Dl4jObject(viewJson, name + ".preProcessor", problems));
        @Nullable Dl4jLayer layer = layers.read(new Dl4jObject(confs.get(i), name, problems));
        if (layer != null) {
          vertices.add(new Dl4jVertex(name, List.of(last), view, layer));
        }
      } catch (InvalidNetworkException e) {
        problems.add(e.getMessage());
      }
      last = name;
    }
    return new Dl4jDefinition(input, vertices, last, notes.all());
  }

  private static String nameOf(JsonNode conf, int index) {
    JsonNode name = conf.path("layer").path("layerName");
    boolean usable =
        name.isTextual()
            && !name.textValue().isEmpty()
            && name.textValue().length() <= Dl4jNames.LONGEST;
    return usable ? name.textValue() : "layer" + index;
  }

  private static String freeName(String wanted, Set<String> names) {
    String name = wanted;
    while (!names.add(name)) {
      name += "_";
    }
    return name;
  }
}
