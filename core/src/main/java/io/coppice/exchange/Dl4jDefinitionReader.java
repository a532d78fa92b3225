package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Deeplearning4j {@code ComputationGraphConfiguration} or {@code MultiLayerConfiguration}
 * from its JSON tree.
 *
 * <p>Deeplearning4j's own parser is not asked: it loads whatever class the file names, whose static
 * initialiser has run before the class is found not to fit. Here names of classes are compared with
 * the few that are known, and nothing in a file can make a class be loaded.
 */
final class Dl4jDefinitionReader {

  private static final int MOST_VERTICES = 10_000;
  private static final int LONGEST_NAME = 150;
  private static final String LAYER_VERTEX = "org.deeplearning4j.nn.conf.graph.LayerVertex";

  private final List<String> problems = new ArrayList<>();
  private final Dl4jNotes notes = new Dl4jNotes();
  private final Dl4jLayerReader layers = new Dl4jLayerReader(notes);

  private Dl4jDefinitionReader() {}

  /** Whether it has the shape of one of the two configurations. */
  static boolean fits(JsonNode root) {
    return root.has("vertices") || root.has("confs");
  }

  /**
   * Reads either configuration.
   *
   * @throws InvalidNetworkException with everything in it that is not known
   */
  static Dl4jDefinition read(JsonNode root) {
    Dl4jDefinitionReader reader = new Dl4jDefinitionReader();
    Dl4jObject json = new Dl4jObject(root, "the configuration", reader.problems);
    reader.readOfWhole(json);
    Dl4jDefinition definition = root.has("vertices") ? reader.graph(json) : reader.list(json);
    if (!reader.problems.isEmpty()) {
      throw refusal(reader.problems);
    }
    return definition;
  }

  /** All problems, and what is known. */
  static InvalidNetworkException refusal(List<String> problems) {
    return new InvalidNetworkException(
        "this network of Deeplearning4j cannot be taken over:\n  "
            + String.join("\n  ", problems)
            + "\nKnown are "
            + Dl4jLayerReader.KNOWN);
  }

  private void readOfWhole(Dl4jObject json) {
    json.requireWord("backpropType", "Standard");
    json.ignore(
        "tbpttBackLength",
        "tbpttFwdLength",
        "cacheMode",
        "dataType",
        "epochCount",
        "iterationCount",
        "inferenceWorkspaceMode",
        "trainingWorkspaceMode",
        "validateOutputLayerConfig",
        "defaultConfiguration",
        "topologicalOrder");
  }

  private Dl4jDefinition graph(Dl4jObject json) {
    String input = only(json, "networkInputs");
    String output = only(json, "networkOutputs");
    Map<String, JsonNode> vertices = members(json, "vertices");
    Map<String, JsonNode> inputsOf = members(json, "vertexInputs");
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    vertices.forEach((name, unused) -> inputs.put(name, names(inputsOf.get(name), name)));
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

  private void requireKnownInputs(String input, Map<String, List<String>> inputs) {
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
      boolean isLayer = vertex.className().equals(LAYER_VERTEX);
      Dl4jVertex.@Nullable View view = view(vertex);
      @Nullable Dl4jLayer layer;
      if (isLayer) {
        vertex.ignore("outputVertex", "layerConf");
        vertex.requireNothingElse();
        layer = configured(new Dl4jObject(vertex.member("layerConf"), name, problems));
      } else {
        layer = layers.vertex(vertex);
      }
      if (layer != null) {
        requireInputs(name, layer, inputs.size());
        vertices.add(new Dl4jVertex(name, inputs, view, layer));
      }
    } catch (InvalidNetworkException e) {
      problems.add(e.getMessage());
    }
  }

  private void requireInputs(String name, Dl4jLayer layer, int inputs) {
    boolean many = layer instanceof Dl4jLayer.Add || layer instanceof Dl4jLayer.Merge;
    if (inputs < 1 || inputs > 1 && !many) {
      problems.add(name + ": reads " + inputs + " layers, expected " + (many ? "at least 1" : "1"));
    }
  }

  private static Dl4jVertex.@Nullable View view(Dl4jObject vertex) {
    return vertex.says("preProcessor") ? Dl4jLayerReader.view(vertex.object("preProcessor")) : null;
  }

  /** The layer of a {@code NeuralNetConfiguration}. */
  private @Nullable Dl4jLayer configured(Dl4jObject json) {
    if (!json.flag("minimize", true)) {
      json.problem("minimize false is not known");
    }
    if (!json.flag("miniBatch", true)) {
      notes.add("gradients", "not divided by the size of the minibatch");
    }
    String algorithm = json.word("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT");
    if (!algorithm.equals("STOCHASTIC_GRADIENT_DESCENT")) {
      notes.add("optimisation", algorithm);
    }
    notes.take(json, "stepFunction", "step function");
    json.ignore(
        "cacheMode",
        "dataType",
        "epochCount",
        "iterationCount",
        "layer",
        "maxNumLineSearchIterations",
        "seed");
    List<String> variables = names(json.member("variables"), json.where());
    json.requireNothingElse();
    return layers.layer(new Dl4jObject(json.member("layer"), json.where(), problems), variables);
  }

  private Dl4jDefinition list(Dl4jObject json) {
    JsonNode confs = json.member("confs");
    if (confs == null || !confs.isArray() || confs.isEmpty() || confs.size() > MOST_VERTICES) {
      throw new InvalidNetworkException("confs: expected a list of 1 to " + MOST_VERTICES);
    }
    Map<String, JsonNode> views =
        json.says("inputPreProcessors") ? members(json, "inputPreProcessors") : Map.of();
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
                : Dl4jLayerReader.view(new Dl4jObject(viewJson, name + ".preProcessor", problems));
        @Nullable Dl4jLayer layer = configured(new Dl4jObject(confs.get(i), name, problems));
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
            && name.textValue().length() <= LONGEST_NAME;
    return usable ? name.textValue() : "layer" + index;
  }

  private static String freeName(String wanted, Set<String> names) {
    String name = wanted;
    while (!names.add(name)) {
      name += "_";
    }
    return name;
  }

  private static String only(Dl4jObject json, String member) {
    List<String> names = names(json.member(member), member);
    if (names.size() != 1) {
      throw new InvalidNetworkException(member + ": a network has one, found " + names);
    }
    return names.get(0);
  }

  private static Map<String, JsonNode> members(Dl4jObject json, String member) {
    JsonNode value = json.member(member);
    if (value == null || !value.isObject() || value.size() > MOST_VERTICES) {
      throw new InvalidNetworkException(
          member + ": expected an object of at most " + MOST_VERTICES + " members");
    }
    Map<String, JsonNode> members = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = value.fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = i.next();
      requireName(entry.getKey(), member);
      members.put(entry.getKey(), entry.getValue());
    }
    return members;
  }

  /** A list of names; an empty one where there is none. */
  static List<String> names(@Nullable JsonNode value, String where) {
    List<String> names = new ArrayList<>();
    if (value == null) {
      return names;
    }
    if (!value.isArray() || value.size() > MOST_VERTICES) {
      throw new InvalidNetworkException(
          where + ": expected a list of names, found " + Dl4jObject.shown(value));
    }
    for (JsonNode name : value) {
      if (!name.isTextual()) {
        throw new InvalidNetworkException(
            where + ": expected a name, found " + Dl4jObject.shown(name));
      }
      requireName(name.textValue(), where);
      names.add(name.textValue());
    }
    return names;
  }

  private static void requireName(String name, String where) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new InvalidNetworkException(
          where + ": a name has 1 to " + LONGEST_NAME + " characters, found " + name.length());
    }
  }
}
