package io.coppice.exchange;

import org.jspecify.annotations.Nullable;

/** Reads how a vertex first reshapes what it reads. */
final class Dl4jPreprocessorReader {

  private static final String PACKAGE = "org.deeplearning4j.nn.conf.preprocessor.";
  private static final String FLATTENING = PACKAGE + "CnnToFeedForwardPreProcessor";
  private static final String UNFLATTENING = PACKAGE + "FeedForwardToCnnPreProcessor";

  private Dl4jPreprocessorReader() {}

  /** What a preprocessor makes; null if it is not known. */
  static Dl4jVertex.@Nullable View read(Dl4jObject json) {
    String name = json.className();
    boolean flat = name.equals(FLATTENING);
    if (!flat && !name.equals(UNFLATTENING)) {
      json.problem(name + " is not known");
      return null;
    }
    json.requireWord("format", "NCHW");
    Dl4jVertex.View view =
        new Dl4jVertex.View(
            flat,
            json.integer("numChannels"),
            json.integer("inputHeight"),
            json.integer("inputWidth"));
    json.requireNothingElse();
    return view;
  }
}
