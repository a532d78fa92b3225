package io.coppice.data;

import io.coppice.random.CounterRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes images at random as an {@link Augmentation} says, in pixels of 0 to 255. Ranges of areas
 * and of ratios are those in common use (Inception's crop; Zhong et al., "Random Erasing Data
 * Augmentation", 2020). Not thread-safe.
 */
final class Augmenter {

  private static final int TRIES = 10;
  private static final double CROP_RATIO = 4.0 / 3;
  private static final double LEAST_ERASED = 0.02;
  private static final double MOST_ERASED = 0.33;
  private static final double ERASED_RATIO = 3.3;
  private static final float MOST = 255;

  /** Shares of red, green and blue in an image's brightness (ITU-R BT.601). */
  private static final float[] BRIGHTNESS = {0.299f, 0.587f, 0.114f};

  private final ImageSet images;
  private final Augmentation augmentation;
  private final float[] meanColour;
  private final int height;
  private final int width;
  private final int area;
  private final byte[] pixels;
  private final float[] frame;
  private long readNanos;

  /**
   * @param meanColour what fills places where no image is, by channel
   */
  Augmenter(ImageSet images, Augmentation augmentation, float[] meanColour) {
    this.images = images;
    this.augmentation = augmentation;
    this.meanColour = meanColour;
    this.height = images.height();
    this.width = images.width();
    this.area = height * width;
    this.pixels = new byte[images.imageSize()];
    this.frame = new float[images.imageSize()];
  }

  /**
   * One image, changed.
   *
   * @param target receives {@code (channels, height, width)}
   */
  void augment(int image, CounterRandom random, float[] target) {
    int down = shift(random);
    int right = shift(random);
    boolean mirrored = augmentation.flip() && random.nextBoolean();
    if (augmentation.resizedCrop() < 1) {
      crop(image, random);
    } else {
      copy(image, frame);
    }
    if (augmentation.jitter() > 0) {
      jitter(random);
    }
    place(down, right, mirrored, target);
    if (augmentation.erase() > 0 && random.nextDouble() < augmentation.erase()) {
      erase(random, target);
    }
  }

  /** One image as it is. */
  void copy(int image, float[] target) {
    read(image);
    unpack(target);
  }

  private void unpack(float[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = pixels[i] & 0xff;
    }
  }

  /** Fills the frame with a part of an image. */
  private void crop(int image, CounterRandom random) {
    long start = System.nanoTime();
    boolean whole =
        augmentation.cropOriginal()
            && images.readPart(image, (rows, columns) -> part(random, rows, columns), pixels);
    readNanos += System.nanoTime() - start;
    if (whole) {
      unpack(frame);
    } else {
      read(image);
      scale(part(random, height, width));
    }
  }

  private void read(int image) {
    long start = System.nanoTime();
    images.read(image, pixels);
    readNanos += System.nanoTime() - start;
  }

  /** Nanoseconds that images were read and decoded until now. */
  long readNanos() {
    return readNanos;
  }

  private int shift(CounterRandom random) {
    return augmentation.crop()
        ? random.nextInt(2 * Augmentation.PADDING + 1) - Augmentation.PADDING
        : 0;
  }

  /** A part of an image; where the ratios drawn do not fit it, its middle. */
  private ImagePart part(CounterRandom random, int rows, int columns) {
    ImagePart part =
        part(random, rows, columns, augmentation.resizedCrop(), 1, 1 / CROP_RATIO, CROP_RATIO);
    if (part != null) {
      return part;
    }
    int highest = Math.min(rows, (int) Math.round(columns * CROP_RATIO));
    int widest = Math.min(columns, (int) Math.round(rows * CROP_RATIO));
    return new ImagePart((rows - highest) / 2, (columns - widest) / 2, highest, widest);
  }

  /** A part of an image; null where the ratios drawn do not fit it. */
  private static @Nullable ImagePart part(
      CounterRandom random,
      int allRows,
      int allColumns,
      double leastShare,
      double mostShare,
      double leastRatio,
      double mostRatio) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      double size = (double) allRows * allColumns * between(random, leastShare, mostShare);
      double ratio = Math.exp(between(random, Math.log(leastRatio), Math.log(mostRatio)));
      int rows = (int) Math.round(Math.sqrt(size / ratio));
      int columns = (int) Math.round(Math.sqrt(size * ratio));
      if (rows >= 1 && rows <= allRows && columns >= 1 && columns <= allColumns) {
        return new ImagePart(
            random.nextInt(allRows - rows + 1),
            random.nextInt(allColumns - columns + 1),
            rows,
            columns);
      }
    }
    return null;
  }

  private static double between(CounterRandom random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /**
   * Scales a part of the image at hand to the whole frame, linearly between the centres of pixels.
   */
  private void scale(ImagePart part) {
    for (int y = 0; y < height; y++) {
      float row = centre(y, height, part.top(), part.height());
      int upper = (int) row;
      int lower = Math.min(upper + 1, part.top() + part.height() - 1);
      float below = row - upper;
      for (int x = 0; x < width; x++) {
        float column = centre(x, width, part.left(), part.width());
        int left = (int) column;
        int right = Math.min(left + 1, part.left() + part.width() - 1);
        float beside = column - left;
        for (int channel = 0; channel < images.channels(); channel++) {
          int first = channel * area;
          float above = mixed(first + upper * width, left, right, beside);
          float beneath = mixed(first + lower * width, left, right, beside);
          frame[first + y * width + x] = above + below * (beneath - above);
        }
      }
    }
  }

  /** Where the centre of a scaled pixel lies among those of the part, within the outermost ones. */
  private static float centre(int position, int count, int first, int part) {
    float place = (position + 0.5f) * part / count - 0.5f;
    return first + Math.max(0, Math.min(part - 1, place));
  }

  private float mixed(int row, int left, int right, float share) {
    float from = pixels[row + left] & 0xff;
    return from + share * ((pixels[row + right] & 0xff) - from);
  }

  private void jitter(CounterRandom random) {
    double strength = augmentation.jitter();
    float brightness = (float) between(random, 1 - strength, 1 + strength);
    float contrast = (float) between(random, 1 - strength, 1 + strength);
    float saturation = (float) between(random, 1 - strength, 1 + strength);
    double sum = 0;
    for (int i = 0; i < frame.length; i++) {
      frame[i] = clamp(frame[i] * brightness);
    }
    for (int i = 0; i < area; i++) {
      sum += grey(i);
    }
    float mean = (float) (sum / area);
    for (int i = 0; i < frame.length; i++) {
      frame[i] = clamp(mean + (frame[i] - mean) * contrast);
    }
    for (int i = 0; i < area; i++) {
      float grey = grey(i);
      for (int value = i; value < frame.length; value += area) {
        frame[value] = clamp(grey + (frame[value] - grey) * saturation);
      }
    }
  }

  /** How bright a pixel of the frame is; the mean of its channels where they are no colours. */
  private float grey(int position) {
    int channels = images.channels();
    float sum = 0;
    for (int channel = 0; channel < channels; channel++) {
      float share = channels == BRIGHTNESS.length ? BRIGHTNESS[channel] : 1f / channels;
      sum += share * frame[channel * area + position];
    }
    return sum;
  }

  private static float clamp(float value) {
    return Math.max(0, Math.min(MOST, value));
  }

  private void place(int down, int right, boolean mirrored, float[] target) {
    int next = 0;
    for (int channel = 0; channel < images.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        int row = y + down;
        int rowStart = (channel * height + row) * width;
        for (int x = 0; x < width; x++) {
          int column = (mirrored ? width - 1 - x : x) + right;
          boolean inside = row >= 0 && row < height && column >= 0 && column < width;
          target[next++] = inside ? frame[rowStart + column] : meanColour[channel];
        }
      }
    }
  }

  private void erase(CounterRandom random, float[] target) {
    ImagePart part =
        part(random, height, width, LEAST_ERASED, MOST_ERASED, 1 / ERASED_RATIO, ERASED_RATIO);
    if (part == null) {
      return;
    }
    for (int channel = 0; channel < images.channels(); channel++) {
      for (int y = part.top(); y < part.top() + part.height(); y++) {
        int first = channel * area + y * width + part.left();
        Arrays.fill(target, first, first + part.width(), meanColour[channel]);
      }
    }
  }
}
