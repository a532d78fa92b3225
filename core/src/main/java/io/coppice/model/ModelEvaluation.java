package io.coppice.model;

import java.util.List;

/**
 * How a model does on labelled images.
 *
 * @param lossSum sum of the images' cross-entropies in nats
 * @param confusion which classes it takes for which
 */
public record ModelEvaluation(double lossSum, ConfusionMatrix confusion) {

  /**
   * How a model does by what was counted.
   *
   * @param labels a name for each class
   * @param lossSum sum of the images' cross-entropies in nats
   * @param counts images by their class and the class that the model gives them
   */
  public static ModelEvaluation of(List<String> labels, double lossSum, long[][] counts) {
    return new ModelEvaluation(lossSum, new ConfusionMatrix(labels, counts));
  }

  /** On this one's images and on others. */
  public ModelEvaluation plus(ModelEvaluation others) {
    return new ModelEvaluation(lossSum + others.lossSum, confusion.plus(others.confusion));
  }

  /** Mean cross-entropy in nats. */
  public double loss() {
    return lossSum / images();
  }

  /** Number of images. */
  public long images() {
    return confusion.images();
  }

  /** Share of the images classified right. */
  public double accuracy() {
    return (double) confusion.correct() / images();
  }
}
