package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds what is read from a file against what Deeplearning4j makes of the same file. */
final class Dl4jOracle {

  /** Images a minibatch. */
  static final int BATCH = 4;

  private static final double TOLERANCE = 1e-4;

  private Dl4jOracle() {}

  /** Normally distributed images. */
  static INDArray images(Shape shape, CounterRandom random) {
    float[] values = new float[BATCH * shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values)
        .reshape(BATCH, shape.channels(), shape.height(), shape.width());
  }

  /**
   * Compares probabilities of classes.
   *
   * @param zip the model
   * @param expected Deeplearning4j's
   * @param what the case, for messages
   */
  static void assertPredicts(
      byte[] zip, Shape image, INDArray images, INDArray expected, String what) {
    NetworkFile.Content content = NetworkFile.read(zip, "models/model.zip", image);
    StartValues start = Objects.requireNonNull(content.start());
    CompactNetwork dense = CompactNetwork.dense(content.network());
    try (NetworkExecutor executor = new NetworkExecutor(content.network(), BATCH)) {
      float[] logits =
          executor.logits(
              dense,
              Weights.of(dense, start.parameters()),
              start.statistics(),
              images.dup('c').data().asFloat());
      double[] probabilities = softmax(logits, content.network().classes());
      float[] theirs = expected.dup('c').data().asFloat();
      assertThat(probabilities.length).isEqualTo(theirs.length);
      for (int i = 0; i < theirs.length; i++) {
        assertThat(probabilities[i])
            .as("%s: %s of %s", what, i, List.of(content.network().nodes()))
            .isCloseTo(theirs[i], within(TOLERANCE));
      }
      assertThat(Arrays.toString(theirs)).doesNotContain("NaN");
    }
  }

  private static double[] softmax(float[] logits, int classes) {
    double[] probabilities = new double[logits.length];
    for (int first = 0; first < logits.length; first += classes) {
      double sum = 0;
      for (int i = first; i < first + classes; i++) {
        probabilities[i] = Math.exp(logits[i]);
        sum += probabilities[i];
      }
      for (int i = first; i < first + classes; i++) {
        probabilities[i] /= sum;
      }
    }
    return probabilities;
  }
}
