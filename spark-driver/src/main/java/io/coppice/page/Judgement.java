package io.coppice.page;

import org.jspecify.annotations.Nullable;

/**
 * What became of a retraining's model.
 *
 * @param promoted whether it became current
 * @param version the version that is current from then on; 0: none
 * @param why in one sentence
 * @param images that it was tested by
 * @param accuracy share of them that it classifies right
 * @param chance share of them that are of the most frequent class, where there was no current model
 *     to be compared with; else null
 * @param rival the model that was current; null where there was none
 */
public record Judgement(
    boolean promoted,
    int version,
    String why,
    long images,
    double accuracy,
    @Nullable Double chance,
    @Nullable Rival rival) {

  /**
   * The model that was current, on the same images.
   *
   * @param version its number
   * @param accuracy share of the images that it classifies right
   * @param accuracyThen share of those that it was promoted by
   * @param bothRight images that both classify right
   * @param onlyNewRight images that the new model alone classifies right
   * @param onlyRivalRight images that this one alone classifies right
   * @param neitherRight all other images
   * @param flops of both
   * @param parameters of both
   * @param stepMillis of both, milliseconds of a step as each one's training measured it
   * @param classDrift share of the training images that had to change their class to be as frequent
   *     as those of this model's training
   * @param pixelDrift largest change of a channel's mean or deviation, over its deviation then
   */
  public record Rival(
      int version,
      double accuracy,
      double accuracyThen,
      long bothRight,
      long onlyNewRight,
      long onlyRivalRight,
      long neitherRight,
      Pair flops,
      Pair parameters,
      Pair stepMillis,
      double classDrift,
      double pixelDrift) {}

  /**
   * A figure of both models.
   *
   * @param current of the one that was current
   * @param candidate of the new one
   */
  public record Pair(double current, double candidate) {}
}
