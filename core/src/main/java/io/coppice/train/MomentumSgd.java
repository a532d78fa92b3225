package io.coppice.train;

/**
 * Stochastic gradient descent with momentum and weight decay on a flat array: v = momentum v + (g +
 * decay w), w = w - rate v. Acts on all weights, also on those of absent channels, whose gradient
 * is 0.
 */
public final class MomentumSgd {

  private final float momentum;
  private final float weightDecay;
  private final float[] velocity;

  /**
   * @param size number of weights
   * @param momentum in [0, 1)
   * @param weightDecay not negative
   */
  public MomentumSgd(int size, double momentum, double weightDecay) {
    this.momentum = (float) momentum;
    this.weightDecay = (float) weightDecay;
    this.velocity = new float[size];
  }

  /** Updates the weights in place. */
  public void step(float[] weights, float[] gradient, double learningRate) {
    float rate = (float) learningRate;
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = momentum * velocity[i] + (gradient[i] + weightDecay * weights[i]);
      weights[i] -= rate * velocity[i];
    }
  }
}
