package io.coppice.model;

/**
 * How a model does on labelled images.
 *
 * @param loss mean cross-entropy in nats
 * @param confusion which classes it takes for which
 */
public record ModelEvaluation(double loss, ConfusionMatrix confusion) {

  /** Number of images. */
  public long images() {
    return confusion.images();
  }

  /** Share of the images classified right. */
  public double accuracy() {
    return (double) confusion.correct() / images();
  }
}
