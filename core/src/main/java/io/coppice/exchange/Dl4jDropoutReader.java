package io.coppice.exchange;

/** Reads how a layer drops values of what it reads; Deeplearning4j writes the chance to stay. */
final class Dl4jDropoutReader {

  private static final String DROPOUT = "org.deeplearning4j.nn.conf.dropout.Dropout";

  private Dl4jDropoutReader() {}

  /** The chance of an input value to become 0. */
  static double read(Dl4jObject layer) {
    if (!layer.says("idropout")) {
      return 0;
    }
    Dl4jObject dropout = layer.object("idropout");
    String name = dropout.className();
    if (!name.equals(DROPOUT)) {
      layer.problem("dropout " + name + " is not known, only " + DROPOUT);
      return 0;
    }
    dropout.refuse("pschedule", "pSchedule");
    dropout.ignore("helperAllowFallback");
    double stay = dropout.real("p", 1);
    if (!(stay > 0 && stay <= 1)) {
      dropout.problem("p is the chance to stay, in (0, 1], found " + stay);
      return 0;
    }
    dropout.requireNothingElse();
    return 1 - stay;
  }
}
