package io.coppice.exchange;

import io.coppice.exchange.Dl4jVertexTranslation.Axes;
import io.coppice.exchange.Dl4jVertexTranslation.Output;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Translates a Deeplearning4j network into ours, vertex by vertex.
 *
 * <p>Flattened values stay the tensor that they were made of, because a linear layer reads them in
 * the same order; only layers that need their own axis for them are refused.
 */
final class Dl4jTranslation {

  private final Dl4jDefinition definition;
  private final Dl4jDraft draft;
  private final ReluFusion fusion;
  private final Map<String, Output> outputs = new HashMap<>();

  private Dl4jTranslation(String name, Dl4jDefinition definition, Shape image) {
    this.definition = definition;
    this.draft = new Dl4jDraft(name, definition, image);
    this.fusion = new ReluFusion(definition.vertices());
    outputs.put(definition.input(), new Output(draft.image(), Axes.OPEN));
  }

  /**
   * Translates a network.
   *
   * @param name of the network
   * @param image shape of an image, which no configuration says
   * @throws InvalidNetworkException with all that does not fit
   */
  static Dl4jNetwork of(String name, Dl4jDefinition definition, Shape image) {
    return new Dl4jTranslation(name, definition, image).translate();
  }

  private Dl4jNetwork translate() {
    List<String> problems = new ArrayList<>();
    for (Dl4jVertex vertex : definition.vertices()) {
      if (!outputs.keySet().containsAll(vertex.inputs())) {
        continue; // What it reads is refused already.
      }
      try {
        outputs.put(vertex.name(), output(vertex));
      } catch (InvalidNetworkException e) {
        String message = String.valueOf(e.getMessage());
        problems.add(message.startsWith(vertex.name()) ? message : vertex.name() + ": " + message);
      }
    }
    if (!problems.isEmpty()) {
      throw Dl4jRefusal.of(problems);
    }
    return draft.build();
  }

  private Output output(Dl4jVertex vertex) {
    List<Output> inputs = new ArrayList<>();
    for (String input : vertex.inputs()) {
      Output output = outputs.get(input);
      if (output != null) {
        inputs.add(vertex.view() == null ? output : viewed(output, vertex.view()));
      }
    }
    requireOutputToClassify(vertex);
    if (fusion.isFused(vertex)) {
      return inputs.get(0);
    }
    return vertex.layer().accept(new Dl4jVertexTranslation(vertex, inputs, draft, fusion));
  }

  private Output viewed(Output output, Dl4jVertex.View view) {
    view.requireFits(draft.shape(output.node()));
    return new Output(output.node(), view.flat() ? Axes.FLAT : Axes.SPATIAL);
  }

  private void requireOutputToClassify(Dl4jVertex vertex) {
    boolean isOutput = vertex.name().equals(definition.output());
    if (isOutput != vertex.layer().classifies()) {
      throw new InvalidNetworkException(
          isOutput
              ? "the output is an OutputLayer or LossLayer with softmax and MCXENT"
              : "an OutputLayer or LossLayer that is not the output is not known");
    }
  }
}
