package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Reads what a graph's vertex computes from its JSON, whether it holds a layer or not. */
final class Dl4jVertexReader {

  private static final String PACKAGE = "org.deeplearning4j.nn.conf.graph.";

  private final Dl4jLayerConfigurationReader layers;

  Dl4jVertexReader(Dl4jNotes notes) {
    this.layers = new Dl4jLayerConfigurationReader(notes);
  }

  /**
   * Reads a vertex.
   *
   * @return null if it is not known
   */
  @Nullable Dl4jLayer read(Dl4jObject json) {
    return switch (json.className()) {
      case PACKAGE + "LayerVertex" -> layer(json);
      case PACKAGE + "ElementWiseVertex" -> add(json.withClass());
      case PACKAGE + "MergeVertex" -> merge(json.withClass());
      case PACKAGE + "PreprocessorVertex" -> reshape(json.withClass());
      default -> {
        json.problem(json.className() + " is not known");
        yield null;
      }
    };
  }

  /** How it first reshapes what it reads; null where it takes it as it is. */
  static Dl4jVertex.@Nullable View view(Dl4jObject json) {
    return json.says("preProcessor")
        ? Dl4jPreprocessorReader.read(json.object("preProcessor"))
        : null;
  }

  private @Nullable Dl4jLayer layer(Dl4jObject json) {
    json.ignore("preProcessor", "outputVertex", "layerConf");
    json.requireNothingElse();
    return layers.read(json.part("layerConf"));
  }

  private static Dl4jLayer add(Dl4jObject json) {
    String operation = json.word("op", "");
    if (!operation.equals("Add")) {
      json.problem("op " + operation + " is not known, only Add");
    }
    json.requireNothingElse();
    return new Dl4jLayer.Add();
  }

  private static Dl4jLayer merge(Dl4jObject json) {
    JsonNode axis = json.member("mergeAxis");
    if (axis != null && axis.asInt() != 1) {
      json.problem("mergeAxis " + axis + " is not known, only 1, the channels");
    }
    json.ignore("modified");
    json.requireNothingElse();
    return new Dl4jLayer.Merge();
  }

  private static Dl4jLayer reshape(Dl4jObject json) {
    json.ignore("preProcessor");
    json.requireNothingElse();
    return new Dl4jLayer.Reshape();
  }
}
