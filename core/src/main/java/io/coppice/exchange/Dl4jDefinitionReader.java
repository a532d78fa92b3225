package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a Deeplearning4j {@code ComputationGraphConfiguration} or {@code MultiLayerConfiguration}
 * from its JSON tree.
 *
 * <p>Deeplearning4j's own parser is not asked: it loads whatever class the file names, whose static
 * initialiser has run before the class is found not to fit. Here names of classes are compared with
 * the few that are known, and nothing in a file can make a class be loaded.
 */
final class Dl4jDefinitionReader {

  private Dl4jDefinitionReader() {}

  /** Whether it has the shape of one of the two configurations. */
  static boolean fits(JsonNode root) {
    return isGraph(root) || root.has("confs");
  }

  private static boolean isGraph(JsonNode root) {
    return root.has("vertices");
  }

  /**
   * Reads either configuration.
   *
   * @throws InvalidNetworkException with everything in it that is not known
   */
  static Dl4jDefinition read(JsonNode root) {
    List<String> problems = new ArrayList<>();
    Dl4jNotes notes = new Dl4jNotes();
    Dl4jObject json = new Dl4jObject(root, "the configuration", problems);
    readOfEither(json);
    Dl4jDefinition definition =
        isGraph(root)
            ? new Dl4jGraphReader(notes, problems).read(json)
            : new Dl4jListReader(notes, problems).read(json);
    if (!problems.isEmpty()) {
      throw Dl4jRefusal.of(problems);
    }
    return definition;
  }

  private static void readOfEither(Dl4jObject json) {
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
}
