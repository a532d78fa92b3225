package io.coppice.data;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;

/**
 * Normalised, augmented minibatches of a set of images. Order and augmentation are functions of
 * seed, stream, epoch and position alone, so that any minibatch can be made again. Not thread-safe.
 */
public final class Minibatches {

  private final ImageSet images;
  private final Normalisation normalisation;
  private final Augmenter augmenter;
  private final double mixup;
  private final float[] pixels;
  private final long seed;
  private final int stream;
  private long orderedEpoch = -1;
  private int[] order = {};

  /**
   * @param stream distinguishes the orders of several sets under one seed, such as the number of a
   *     shard
   */
  public Minibatches(
      ImageSet images,
      Normalisation normalisation,
      Augmentation augmentation,
      long seed,
      int stream) {
    this.images = images;
    this.normalisation = normalisation;
    this.augmenter = new Augmenter(images, augmentation, normalisation.mean());
    this.mixup = augmentation.mixup();
    this.pixels = new float[images.imageSize()];
    this.seed = seed;
    this.stream = stream;
  }

  /**
   * Fills in a minibatch of an epoch's random order.
   *
   * @param epoch number of the epoch
   * @param step number of the minibatch within the epoch; the images are {@code step *
   *     labels.length} and on
   * @param target receives {@code (batch, channels, height, width)}
   * @param labels receives the class of each image; its length is the size of the minibatch
   */
  public void fill(long epoch, int step, float[] target, int[] labels) {
    int first = Math.multiplyExact(step, labels.length);
    if (first + labels.length > images.size()) {
      throw new IllegalArgumentException(
          "step "
              + step
              + " of "
              + labels.length
              + " images lies beyond the "
              + images.size()
              + " images of the shard");
    }
    if (orderedEpoch != epoch) {
      order = CounterRandom.of(seed, Purpose.SHUFFLE, stream, epoch).permutation(images.size());
      orderedEpoch = epoch;
    }
    for (int i = 0; i < labels.length; i++) {
      CounterRandom random = CounterRandom.of(seed, Purpose.AUGMENTATION, stream, epoch, first + i);
      augmenter.augment(order[first + i], random, pixels);
      normalise(target, i);
      labels[i] = images.label(order[first + i]);
    }
  }

  /**
   * Mixes the images of a minibatch that was filled in, each with another one of it, in one random
   * share, if that is wanted.
   *
   * @param images of the minibatch; changed
   * @param labels their classes
   * @param others receives the class of the image that each was mixed with; a copy of the labels
   *     where none is
   * @return the share of the first image in each mixture, in [1/2, 1]; 1: nothing was mixed
   */
  public float mix(long epoch, int step, float[] images, int[] labels, int[] others) {
    System.arraycopy(labels, 0, others, 0, labels.length);
    if (mixup == 0) {
      return 1;
    }
    CounterRandom random = CounterRandom.of(seed, Purpose.MIXUP, stream, epoch, step);
    float share = (float) Math.max(0.5, share(random));
    int[] partners = random.permutation(labels.length);
    float[] before = images.clone();
    for (int image = 0; image < labels.length; image++) {
      int from = partners[image] * pixels.length;
      others[image] = labels[partners[image]];
      for (int i = image * pixels.length; i < (image + 1) * pixels.length; i++) {
        images[i] = share * before[i] + (1 - share) * before[from++];
      }
    }
    return share;
  }

  /** The larger of two shares that follow the Beta distribution, by the method of Joehnk. */
  private double share(CounterRandom random) {
    while (true) {
      double one = StrictMath.pow(random.nextDouble(), 1 / mixup);
      double other = StrictMath.pow(random.nextDouble(), 1 / mixup);
      if (one + other > 0 && one + other <= 1) {
        return Math.max(one, other) / (one + other);
      }
    }
  }

  /**
   * The key of all that is random about a minibatch besides its images, such as what is dropped.
   */
  public long noise(long epoch, int step) {
    return CounterRandom.of(seed, Purpose.DROPOUT, stream, epoch, step).nextLong();
  }

  /**
   * Fills in images in their own order, as they are.
   *
   * @param first position of the first image
   * @return number of images filled in; less than {@code labels.length} at the end of the set
   */
  public int fillInOrder(int first, float[] target, int[] labels) {
    int count = Math.min(labels.length, images.size() - first);
    for (int i = 0; i < count; i++) {
      augmenter.copy(first + i, pixels);
      normalise(target, i);
      labels[i] = images.label(first + i);
    }
    return count;
  }

  /** Nanoseconds that images were read from where they are kept, and decoded, until now. */
  public long readNanos() {
    return augmenter.readNanos();
  }

  /** The mean colour becomes 0. */
  private void normalise(float[] target, int slot) {
    int area = images.height() * images.width();
    int next = slot * pixels.length;
    for (int channel = 0; channel < images.channels(); channel++) {
      for (int i = channel * area; i < (channel + 1) * area; i++) {
        target[next++] = normalisation.apply(channel, pixels[i]);
      }
    }
  }
}
