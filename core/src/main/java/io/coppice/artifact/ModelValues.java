package io.coppice.artifact;

/**
 * The dense network's numbers at one moment of a training.
 *
 * @param parameters trained tensors
 * @param statistics running statistics of the batch norms
 * @param velocity of the weights' optimiser, laid out as the parameters
 * @param average moving average of the parameters, laid out as they are; empty where none is kept
 */
public record ModelValues(
    float[] parameters, float[] statistics, float[] velocity, float[] average) {

  /** Values from which a training starts: an optimiser at rest, and nothing to average yet. */
  public static ModelValues starting(float[] parameters, float[] statistics) {
    return new ModelValues(parameters, statistics, new float[parameters.length], new float[0]);
  }

  /** What the training came to: the average where there is one, the parameters elsewhere. */
  public float[] result() {
    return average.length == 0 ? parameters : average;
  }
}
