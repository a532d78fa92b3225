package io.coppice.train;

/**
 * How a network did on some images.
 *
 * @param lossSum sum of the images' cross-entropies in nats
 * @param correct images classified right
 * @param images number of images
 */
public record Evaluation(double lossSum, long correct, long images) {

  public static final Evaluation NONE = new Evaluation(0, 0, 0);

  public Evaluation plus(Evaluation other) {
    return new Evaluation(lossSum + other.lossSum, correct + other.correct, images + other.images);
  }

  /** Share of the images classified right. */
  public double accuracy() {
    return (double) correct / images;
  }

  /** Mean cross-entropy in nats. */
  public double loss() {
    return lossSum / images;
  }
}
