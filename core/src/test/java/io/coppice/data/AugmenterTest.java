package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AugmenterTest {

  private static final int SIDE = 16;
  private static final int AREA = SIDE * SIDE;
  private static final float[] MEAN = {-1, -2, -3};

  @Test
  void augment_nothingOn_copiesTheImage() {
    ImageSet images = colours();
    float[] expected = new float[images.imageSize()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = pixel(images, i);
    }
    assertThat(augmented(images, Augmentation.NONE, 1)).containsExactly(expected);
  }

  @Test
  void augment_resizedCrop_showsAPartOfTheRampMagnified() {
    ImageSet ramp = images(1, i -> 15 * (i % SIDE));
    double narrowest = SIDE;
    double widest = 0;
    for (int draw = 0; draw < 200; draw++) {
      float[] image = augmented(ramp, new Augmentation(false, false, 0.25, 0, 0, 0, false), draw);
      for (int i = 1; i < SIDE; i++) {
        assertThat(image[i]).isGreaterThanOrEqualTo(image[i - 1]);
      }
      assertThat(Arrays.copyOfRange(image, AREA - SIDE, AREA))
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(Arrays.copyOf(image, SIDE));
      double columns = (image[SIDE / 2 + 4] - image[SIDE / 2 - 4]) / 15 * SIDE / 8;
      narrowest = Math.min(narrowest, columns);
      widest = Math.max(widest, columns);
    }
    // A quarter of the area has half of the columns, by a ratio of 3:4 sqrt(3/4) of that.
    assertThat(narrowest).isBetween(Math.sqrt(0.75) * SIDE / 2 - 1, SIDE * 0.6);
    assertThat(widest).isBetween(SIDE * 0.85, SIDE + 1e-3);
  }

  @Property(tries = 200)
  void augment_resizedCropOfAnySize_staysWithinThePixels(
      @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share,
      @ForAll int draw) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (50 + i % 100);
    }
    ImageSet images = new ImageSet(1, height, width, 1, pixels, new int[1]);
    float[] target = new float[pixels.length];
    new Augmenter(images, new Augmentation(false, false, share, 0, 0, 0, false), new float[] {0})
        .augment(0, random(draw), target);
    for (float value : target) {
      assertThat(value).isBetween(50f, 150f);
    }
  }

  @Test
  void augment_jitterOfAFlatImage_changesItsBrightnessWithinBounds() {
    ImageSet flat = images(1, i -> 100);
    double least = 255;
    double most = 0;
    for (int draw = 0; draw < 200; draw++) {
      float[] image = augmented(flat, new Augmentation(false, false, 1, 0.2, 0, 0, false), draw);
      assertThat(image[AREA - 1]).isCloseTo(image[0], within(1e-3f));
      least = Math.min(least, image[0]);
      most = Math.max(most, image[0]);
    }
    assertThat(least).isBetween(80.0 - 1e-3, 85.0);
    assertThat(most).isBetween(115.0, 120.0 + 1e-3);
  }

  @Test
  void augment_jitterOfGrey_staysGrey() {
    ImageSet grey = images(3, i -> 3 * (i % AREA % 60));
    float[] image = augmented(grey, new Augmentation(false, false, 1, 0.9, 0, 0, false), 5);
    for (int i = 0; i < AREA; i++) {
      assertThat(image[AREA + i]).isCloseTo(image[i], within(1e-2f));
      assertThat(image[2 * AREA + i]).isCloseTo(image[i], within(1e-2f));
    }
  }

  @Test
  void augment_jitterOfColours_changesContrastAndSaturation() {
    ImageSet colours = colours();
    boolean paler = false;
    boolean stronger = false;
    for (int draw = 0; draw < 50; draw++) {
      float[] image = augmented(colours, new Augmentation(false, false, 1, 0.5, 0, 0, false), draw);
      float spread = Math.abs(image[0] - image[AREA]) / Math.max(1, image[0]);
      float before = Math.abs(pixel(colours, 0) - pixel(colours, AREA)) / 90f;
      paler |= spread < 0.8f * before;
      stronger |= spread > 1.2f * before;
      for (float value : image) {
        assertThat(value).isBetween(0f, 255f);
      }
    }
    assertThat(paler).isTrue();
    assertThat(stronger).isTrue();
  }

  @Test
  void augment_erase_fillsOneRectangleWithTheMeanColour() {
    ImageSet colours = colours();
    for (int draw = 0; draw < 100; draw++) {
      float[] image = augmented(colours, new Augmentation(false, false, 1, 0, 1, 0, false), draw);
      int top = SIDE;
      int bottom = -1;
      int left = SIDE;
      int right = -1;
      int erased = 0;
      for (int i = 0; i < AREA; i++) {
        boolean gone = image[i] == MEAN[0];
        assertThat(image[AREA + i] == MEAN[1]).isEqualTo(gone);
        assertThat(image[2 * AREA + i] == MEAN[2]).isEqualTo(gone);
        if (gone) {
          erased++;
          top = Math.min(top, i / SIDE);
          bottom = Math.max(bottom, i / SIDE);
          left = Math.min(left, i % SIDE);
          right = Math.max(right, i % SIDE);
        } else {
          assertThat(image[i]).isEqualTo((float) pixel(colours, i));
        }
      }
      assertThat(erased).isEqualTo((bottom - top + 1) * (right - left + 1));
      assertThat(erased / (double) AREA).isBetween(0.01, 0.36);
    }
  }

  @Test
  void augment_eraseWithProbability_leavesTheOthers() {
    ImageSet colours = colours();
    int erased = 0;
    for (int draw = 0; draw < 400; draw++) {
      float[] image =
          augmented(colours, new Augmentation(false, false, 1, 0, 0.25, 0, false), draw);
      erased += IntStream.range(0, AREA).anyMatch(i -> image[i] == MEAN[0]) ? 1 : 0;
    }
    assertThat(erased).isBetween(70, 130);
  }

  @Test
  void augment_cropAndFlip_drawTheSameWhateverElseIsOn() {
    ImageSet flat = images(1, i -> 100);
    for (int draw = 0; draw < 20; draw++) {
      float[] alone = augmented(flat, new Augmentation(true, true, 1, 0, 0, 0, false), draw);
      float[] together = augmented(flat, new Augmentation(true, true, 0.5, 0.1, 0, 0, false), draw);
      for (int i = 0; i < AREA; i++) {
        assertThat(together[i] == MEAN[0]).isEqualTo(alone[i] == MEAN[0]);
      }
    }
  }

  @Test
  void augmentation_outOfRange_refused() {
    assertThatThrownBy(() -> new Augmentation(false, false, 0, 0, 0, 0, false))
        .hasMessageContaining("resized crop")
        .hasMessageContaining("found 0.0");
    assertThatThrownBy(() -> new Augmentation(false, false, 1, 1.5, 0, 0, false))
        .hasMessageContaining("jitter");
    assertThatThrownBy(() -> new Augmentation(false, false, 1, 0, -1, 0, false))
        .hasMessageContaining("erasing");
    assertThatThrownBy(() -> new Augmentation(false, false, 1, 0, 0, 2, false))
        .hasMessageContaining("mixup");
  }

  @Test
  void augment_cropOfOriginals_choosesPartsOfTheirSize() {
    List<ImagePart> chosen = new ArrayList<>();
    ImagePixels originals =
        new ImagePixels() {
          @Override
          public void read(int image, byte[] target) {
            throw new AssertionError("the fitted image is not wanted");
          }

          @Override
          public boolean readPart(int image, PartChoice choice, byte[] target) {
            chosen.add(choice.of(300, 400));
            Arrays.fill(target, (byte) 200);
            return true;
          }
        };
    ImageSet images = new ImageSet(1, SIDE, SIDE, 1, originals, new int[1]);
    Augmentation original = new Augmentation(false, false, 0.25, 0, 0, 0, true);
    for (int draw = 0; draw < 200; draw++) {
      assertThat(augmented(images, original, draw)).containsOnly(200);
    }
    assertThat(chosen)
        .hasSize(200)
        .allSatisfy(
            part -> {
              assertThat(part.top()).isBetween(0, 300 - part.height());
              assertThat(part.left()).isBetween(0, 400 - part.width());
              assertThat((double) part.height() * part.width() / (300 * 400)).isBetween(0.24, 1.0);
              assertThat((double) part.width() / part.height()).isBetween(0.74, 1.35);
            });
    assertThat(chosen.stream().distinct().count()).isGreaterThan(190);
  }

  @Test
  void augment_cropOfOriginalsThatAreTooLong_takesMiddlesOfTheNearestProportions() {
    ImageSet images =
        new ImageSet(
            1,
            SIDE,
            SIDE,
            1,
            new ImagePixels() {
              @Override
              public void read(int image, byte[] target) {}

              @Override
              public boolean readPart(int image, PartChoice choice, byte[] target) {
                assertThat(choice.of(30, 3000)).isEqualTo(new ImagePart(0, 1480, 30, 40));
                assertThat(choice.of(3000, 30)).isEqualTo(new ImagePart(1480, 0, 40, 30));
                return true;
              }
            },
            new int[1]);
    augmented(images, new Augmentation(false, false, 0.5, 0, 0, 0, true), 1);
  }

  @Test
  void augment_cropOfOriginalsWhereThereAreNone_isThatOfThePixels() {
    ImageSet images = colours();
    for (int draw = 0; draw < 10; draw++) {
      assertThat(augmented(images, new Augmentation(true, true, 0.3, 0.2, 0.5, 0, true), draw))
          .containsExactly(
              augmented(images, new Augmentation(true, true, 0.3, 0.2, 0.5, 0, false), draw));
    }
  }

  private static float[] augmented(ImageSet images, Augmentation augmentation, int draw) {
    float[] target = new float[images.imageSize()];
    new Augmenter(images, augmentation, MEAN).augment(0, random(draw), target);
    return target;
  }

  private static CounterRandom random(int draw) {
    return CounterRandom.of(1, Purpose.AUGMENTATION, draw);
  }

  /** A pixel of the first image. */
  private static int pixel(ImageSet images, int position) {
    byte[] pixels = new byte[images.imageSize()];
    images.read(0, pixels);
    return pixels[position] & 0xff;
  }

  /** Some red, more green, little blue, darker to the right. */
  private static ImageSet colours() {
    int[] base = {90, 150, 60};
    return images(3, i -> base[i / AREA] - 2 * (i % SIDE));
  }

  private interface Pixels {
    int at(int position);
  }

  private static ImageSet images(int channels, Pixels values) {
    byte[] pixels = new byte[channels * AREA];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) values.at(i);
    }
    return new ImageSet(channels, SIDE, SIDE, 1, pixels, new int[1]);
  }
}
