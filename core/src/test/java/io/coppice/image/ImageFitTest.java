package io.coppice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ImageFitTest {

  private static DecodedImage random(int channels, int height, int width, long seed) {
    byte[] pixels = new byte[channels * height * width];
    new Random(seed).nextBytes(pixels);
    return new DecodedImage(channels, height, width, pixels);
  }

  @Test
  void apply_withoutASide_leavesTheSize() throws Exception {
    DecodedImage image = random(3, 4, 7, 1);
    assertThat(new ImageFit(3, 0, 0).apply(image)).isSameAs(image);
  }

  @Test
  void apply_ofItsOwnSize_changesNothing() throws Exception {
    DecodedImage image = random(3, 32, 32, 1);
    assertThat(new ImageFit(3, 32, 32).apply(image).pixels()).isEqualTo(image.pixels());
  }

  @Test
  void apply_ofALongerImage_isItsMiddle() throws Exception {
    DecodedImage fitted =
        new ImageFit(1, 2, 2)
            .apply(new DecodedImage(1, 2, 5, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    assertThat(fitted.pixels()).containsExactly(1, 2, 6, 7);
  }

  @Test
  void apply_halved_isTheMeanOfFour() throws Exception {
    DecodedImage image = new DecodedImage(1, 2, 4, new byte[] {10, 20, 1, 1, 30, 41, 1, 2});
    // 25.25 and 1.25; the shorter side becomes 1, the longer one 2, of which the left half stays.
    assertThat(new ImageFit(1, 1, 1).apply(image).pixels()).containsExactly(25);
  }

  @Test
  void apply_enlarged_isLinearBetweenCentres() throws Exception {
    DecodedImage image = new DecodedImage(1, 1, 2, new byte[] {0, 100});
    // 1x2 becomes 4x8, of which the four columns in the middle stay.
    assertThat(new ImageFit(1, 4, 4).apply(image).pixels()).startsWith(13, 38, 63, 88).hasSize(16);
  }

  @Property(tries = 60)
  void apply_anySizes_isTheIntegralOfTheImageOverEachPixel(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 45) int shorterSide,
      @ForAll @IntRange(min = 1, max = 45) int side,
      @ForAll long seed)
      throws InvalidImageException {
    int square = Math.min(side, shorterSide);
    DecodedImage image = random(3, height, width, seed);

    DecodedImage fitted = new ImageFit(3, shorterSide, square).apply(image);

    int shorter = Math.min(height, width);
    int rows = (int) Math.floor((double) height * shorterSide / shorter + 0.5);
    int columns = (int) Math.floor((double) width * shorterSide / shorter + 0.5);
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < square; y++) {
        double[] down = weights(height, rows, (rows - square) / 2 + y);
        for (int x = 0; x < square; x++) {
          double[] right = weights(width, columns, (columns - square) / 2 + x);
          double sum = 0;
          for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
              sum +=
                  down[i] * right[j] * (image.pixels()[(channel * height + i) * width + j] & 0xff);
            }
          }
          int found = fitted.pixels()[(channel * square + y) * square + x] & 0xff;
          assertThat(Math.abs(found - sum)).isLessThan(0.5 + 1e-6);
        }
      }
    }
  }

  @Property(tries = 60)
  void part_anyPartAndSize_isTheIntegralOfThePartOverEachPixel(
      @ForAll @IntRange(min = 1, max = 20) int partHeight,
      @ForAll @IntRange(min = 1, max = 20) int partWidth,
      @ForAll @IntRange(min = 0, max = 9) int top,
      @ForAll @IntRange(min = 0, max = 9) int left,
      @ForAll @IntRange(min = 1, max = 25) int height,
      @ForAll @IntRange(min = 1, max = 25) int width,
      @ForAll long seed) {
    DecodedImage image = random(3, partHeight + top + 3, partWidth + left + 2, seed);

    DecodedImage part =
        new ImageFit(3, 8, 8).part(image, top, left, partHeight, partWidth, height, width);

    assertThat(part.height()).isEqualTo(height);
    assertThat(part.width()).isEqualTo(width);
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        double[] down = weights(partHeight, height, y);
        for (int x = 0; x < width; x++) {
          double[] right = weights(partWidth, width, x);
          double sum = 0;
          for (int i = 0; i < partHeight; i++) {
            for (int j = 0; j < partWidth; j++) {
              int row = channel * image.height() + top + i;
              sum += down[i] * right[j] * (image.pixels()[row * image.width() + left + j] & 0xff);
            }
          }
          int found = part.pixels()[(channel * height + y) * width + x] & 0xff;
          assertThat(Math.abs(found - sum)).isLessThan(0.5 + 1e-6);
        }
      }
    }
  }

  @Test
  void part_ofColoursForGrey_isGrey() {
    DecodedImage part = new ImageFit(1, 2, 2).part(random(3, 5, 5, 1), 1, 1, 3, 3, 2, 2);
    assertThat(part.channels()).isEqualTo(1);
    assertThat(part.pixels()).hasSize(4);
  }

  /** What each pixel of an axis contributes to one of the scaled axis. */
  private static double[] weights(int from, int to, int output) {
    double[] weights = new double[from];
    double scale = (double) from / to;
    if (to <= from) {
      for (int i = 0; i < from; i++) {
        double covered = Math.min(i + 1, (output + 1) * scale) - Math.max(i, output * scale);
        weights[i] = Math.max(0, covered) / scale;
      }
    } else {
      double centre = Math.max(0, Math.min(from - 1, (output + 0.5) * scale - 0.5));
      for (int i = 0; i < from; i++) {
        weights[i] = Math.max(0, 1 - Math.abs(i - centre));
      }
    }
    return weights;
  }

  @Test
  void apply_colourToGreyAndBack_followsBt601() throws Exception {
    DecodedImage colour = new DecodedImage(3, 1, 2, new byte[] {(byte) 255, 10, 0, 20, 0, 30});
    DecodedImage grey = new ImageFit(1, 0, 0).apply(colour);
    assertThat(grey.pixels()).containsExactly(76, 18);
    assertThat(new ImageFit(3, 0, 0).apply(grey).pixels()).containsExactly(76, 18, 76, 18, 76, 18);
  }

  @Test
  void withChannels_greyInColours_isTheSameGrey() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    DecodedImage grey = new DecodedImage(1, 16, 16, all);
    assertThat(grey.withChannels(3).withChannels(1).pixels()).isEqualTo(all);
  }

  @Test
  void apply_largestValues_doNotOverflow() throws Exception {
    byte[] white = new byte[Scaling.LONGEST];
    Arrays.fill(white, (byte) 255);
    DecodedImage line = new DecodedImage(1, 1, white.length, white);
    assertThat(new ImageFit(1, 1, 1).apply(line).pixels()).containsExactly(255);
  }

  @Test
  void apply_imageOfExtremeProportions_isRefused() {
    DecodedImage line = new DecodedImage(1, 1, 5000, new byte[5000]);
    assertThatThrownBy(() -> new ImageFit(1, 224, 224).apply(line))
        .isInstanceOf(InvalidImageException.class)
        .hasMessage(
            "the image has 1 rows of 5000: one side is too much longer than the other for a square"
                + " of 224");
  }

  @Test
  void construct_shorterSideThatDoesNotCoverTheSquare_isRefused() {
    assertThatThrownBy(() -> new ImageFit(3, 200, 224)).hasMessageContaining("does not cover");
    assertThatThrownBy(() -> new ImageFit(2, 0, 0)).hasMessageContaining("1 or 3 channels");
  }
}
