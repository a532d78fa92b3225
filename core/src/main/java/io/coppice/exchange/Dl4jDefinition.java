package io.coppice.exchange;

import java.util.List;

/**
 * A Deeplearning4j network as its configuration defines it, whether graph or list of layers.
 *
 * @param input name of its only input
 * @param vertices in the order in which Deeplearning4j keeps their weights, which is topological
 * @param output name of its only output
 * @param notes what the configuration says beyond the network and is not taken over
 */
record Dl4jDefinition(String input, List<Dl4jVertex> vertices, String output, List<String> notes) {

  Dl4jDefinition {
    vertices = List.copyOf(vertices);
    notes = List.copyOf(notes);
  }
}
