package io.coppice.model;

import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.data.ImageSet;
import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import io.coppice.network.Shape;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A model made ready for many predictions: keeps kernels and native memory, which {@code close}
 * frees. Images are computed in batches of one size; the last one of a call may be smaller, at the
 * price of a whole one. Not thread-safe: one for each thread.
 */
public final class Predictor implements AutoCloseable {

  private final CompactModel model;
  private final Weights weights;
  private final NetworkExecutor executor;
  private final float[] normalised;
  private boolean closed;

  Predictor(CompactModel model, int batch) {
    this.model = model;
    this.weights = model.weights();
    this.executor = new NetworkExecutor(model.network(), batch);
    this.normalised = new float[Math.multiplyExact(batch, imageSize())];
  }

  /** Gives one pixel. */
  private interface Pixels {
    float at(int image, int offset);
  }

  /** What predicts. */
  public CompactModel model() {
    return model;
  }

  /** Most images that are computed together. */
  public int batch() {
    return executor.batch();
  }

  /** What the model says of labelled images. */
  public Predictions predict(ImageSet images) {
    requireFitting(images);
    return predict(images.size(), pixelsOf(images));
  }

  /**
   * What the model says of any number of images.
   *
   * @param pixels 0 to 255, {@code (images, channels, height, width)}
   */
  public Predictions predict(float[] pixels) {
    int size = imageSize();
    return predict(images(pixels.length), (image, offset) -> pixels[image * size + offset]);
  }

  /**
   * What the model says of any number of images.
   *
   * @param pixels unsigned, {@code (images, channels, height, width)}
   */
  public Predictions predict(byte[] pixels) {
    int size = imageSize();
    return predict(images(pixels.length), (image, offset) -> pixels[image * size + offset] & 0xff);
  }

  /**
   * How the model does on labelled images.
   *
   * @throws InvalidDataException if they are of another shape, more classes, or none
   */
  public ModelEvaluation evaluate(ImageSet images) {
    return evaluate(images, new BitSet());
  }

  /**
   * The same, image by image.
   *
   * @param right gets the images that are classified right
   */
  ModelEvaluation evaluate(ImageSet images, BitSet right) {
    requireFitting(images);
    if (images.size() == 0) {
      throw new InvalidDataException("expected images to evaluate the model on, found none");
    }
    int classes = model.network().classes();
    long[][] counts = new long[classes][classes];
    double loss = 0;
    for (int first = 0; first < images.size(); first += batch()) {
      Predictions predictions =
          predict(first, Math.min(batch(), images.size() - first), pixelsOf(images));
      for (int i = 0; i < predictions.images(); i++) {
        int label = images.label(first + i);
        loss += predictions.loss(i, label);
        counts[label][predictions.predictedClass(i)]++;
        if (predictions.predictedClass(i) == label) {
          right.set(first + i);
        }
      }
    }
    return ModelEvaluation.of(model.labels(), loss, counts);
  }

  private static Pixels pixelsOf(ImageSet images) {
    byte[] pixels = new byte[images.imageSize()];
    return new Pixels() {
      private int image = -1;

      @Override
      public float at(int wanted, int offset) {
        if (image != wanted) {
          images.read(wanted, pixels);
          image = wanted;
        }
        return pixels[offset] & 0xff;
      }
    };
  }

  private Predictions predict(int images, Pixels pixels) {
    return predict(0, images, pixels);
  }

  private Predictions predict(int first, int images, Pixels pixels) {
    if (closed) {
      throw new IllegalStateException("the predictor is closed");
    }
    int classes = model.network().classes();
    float[] logits = new float[Math.multiplyExact(images, classes)];
    for (int done = 0; done < images; done += batch()) {
      int count = Math.min(batch(), images - done);
      normalise(first + done, count, pixels);
      float[] ofBatch =
          executor.logits(model.compact(), weights, model.sharedStatistics(), normalised);
      System.arraycopy(ofBatch, 0, logits, done * classes, count * classes);
    }
    return new Predictions(classes, logits);
  }

  private void normalise(int first, int count, Pixels pixels) {
    Normalisation normalisation = model.normalisation();
    Shape shape = model.network().inputShape();
    int next = 0;
    for (int image = first; image < first + count; image++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        int offset = channel * shape.area();
        for (int position = 0; position < shape.area(); position++) {
          normalised[next++] = normalisation.apply(channel, pixels.at(image, offset + position));
        }
      }
    }
    Arrays.fill(normalised, next, normalised.length, 0);
  }

  private int imageSize() {
    return model.network().inputShape().size();
  }

  private int images(int pixels) {
    if (pixels % imageSize() != 0) {
      throw new IllegalArgumentException(
          "expected images of "
              + model.network().inputShape()
              + ", each of "
              + imageSize()
              + " pixels, found "
              + pixels
              + " pixels");
    }
    return pixels / imageSize();
  }

  private void requireFitting(ImageSet images) {
    Shape shape = model.network().inputShape();
    if (images.channels() != shape.channels()
        || images.height() != shape.height()
        || images.width() != shape.width()
        || images.classes() > model.network().classes()) {
      throw new InvalidDataException(
          "the model is for images of "
              + shape
              + " in "
              + model.network().classes()
              + " classes, found "
              + images.channels()
              + "x"
              + images.height()
              + "x"
              + images.width()
              + " in "
              + images.classes());
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      executor.close();
    }
  }
}
