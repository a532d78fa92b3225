package io.coppice.artifact;

/**
 * The dense network's numbers at one moment of a training.
 *
 * @param parameters trained tensors
 * @param statistics running statistics of the batch norms
 * @param velocity of the weights' optimiser, laid out as the parameters
 */
public record ModelValues(float[] parameters, float[] statistics, float[] velocity) {

  /** The same weights and statistics with an optimiser at rest. */
  public ModelValues atRest() {
    return new ModelValues(parameters, statistics, new float[velocity.length]);
  }
}
