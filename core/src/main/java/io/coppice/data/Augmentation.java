package io.coppice.data;

/**
 * Random changes to training images, applied in this order: resized crop, colour jitter, mirroring
 * and shift, erasing, mixing.
 *
 * @param crop whether to shift by up to {@link #PADDING} pixels each way, the border filled with
 *     the mean colour
 * @param flip whether to mirror left and right with probability 1/2
 * @param resizedCrop smallest share of the image's area of which a random rectangle is scaled to
 *     the whole image, in (0, 1]; 1: no such crop
 * @param jitter strength of random changes of brightness, contrast and saturation, by factors of 1
 *     - jitter to 1 + jitter, in [0, 1]; 0: none
 * @param erase probability that a random rectangle is filled with the mean colour, in [0, 1]
 * @param mixup parameter alpha of the Beta distribution of the shares in which every two images of
 *     a minibatch are mixed, in [0, 1]; 0: none are (Zhang et al., "mixup: Beyond Empirical Risk
 *     Minimization", ICLR 2018)
 * @param cropOriginal whether the resized crop is taken from an image as its file has it, instead
 *     of from what was cut out of it to bring it to the shape
 */
public record Augmentation(
    boolean crop,
    boolean flip,
    double resizedCrop,
    double jitter,
    double erase,
    double mixup,
    boolean cropOriginal) {

  /** Pixels by which an image is extended on each side before it is cropped to its own size. */
  public static final int PADDING = 4;

  /** No change. */
  public static final Augmentation NONE = new Augmentation(false, false, 1, 0, 0, 0, false);

  public Augmentation {
    require("the share of a resized crop", resizedCrop > 0 && resizedCrop <= 1, resizedCrop);
    require("the strength of colour jitter", jitter >= 0 && jitter <= 1, jitter);
    require("the probability of erasing", erase >= 0 && erase <= 1, erase);
    require("the parameter of mixup", mixup >= 0 && mixup <= 1, mixup);
  }

  private static void require(String what, boolean valid, double value) {
    if (!valid) {
      throw new IllegalArgumentException(what + " lies between 0 and 1, found " + value);
    }
  }
}
