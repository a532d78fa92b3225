package io.coppice.train;

/**
 * How the weights move.
 *
 * @param momentum in [0, 1)
 * @param nesterov whether a step looks ahead along the momentum (Sutskever et al. 2013, in the form
 *     that keeps the gradient where the weights are): w = w - rate (g + momentum v)
 * @param weightDecay not negative
 * @param decaysAll whether scales, shifts and biases decay too, not the kernels alone
 * @param largestNorm longest mean gradient of a step; a longer one is shortened to it; 0: any
 * @param averaging decay of the moving average of the weights that is their result, in [0, 1); 0:
 *     the weights themselves are
 */
public record SgdOptions(
    double momentum,
    boolean nesterov,
    double weightDecay,
    boolean decaysAll,
    double largestNorm,
    double averaging) {

  /** Momentum and a decay of all weights, and nothing else. */
  public static SgdOptions plain(double momentum, double weightDecay) {
    return new SgdOptions(momentum, false, weightDecay, true, 0, 0);
  }

  boolean averages() {
    return averaging > 0;
  }

  /**
   * The share of the new weights in their average after a step: 1 - averaging, and more in the
   * first steps, of which there is little to average yet.
   *
   * @param step number of the step among those that are averaged, from 0
   */
  double averageShare(long step) {
    return 1 - Math.min(averaging, (1.0 + step) / (10 + step));
  }
}
