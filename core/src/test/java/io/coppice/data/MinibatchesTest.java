package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinibatchesTest {

  private static final Normalisation IDENTITY = new Normalisation(new float[] {0}, new float[] {1});

  @Test
  void fill_oneEpoch_showsEveryImageOnceInRandomOrder() {
    Minibatches minibatches = new Minibatches(numbered(12), IDENTITY, Augmentation.NONE, 1, 0);
    List<Integer> seen = epoch(minibatches, 0, 12, 4);
    assertThat(seen)
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
        .isNotEqualTo(epoch(minibatches, 1, 12, 4));
  }

  @Test
  void fill_sameKeys_sameMinibatchWhateverCameBefore() {
    Augmentation all = new Augmentation(true, true, 0.3, 0.4, 0.5, 0, false);
    Minibatches first = new Minibatches(numbered(12), IDENTITY, all, 9, 3);
    Minibatches second = new Minibatches(numbered(12), IDENTITY, all, 9, 3);
    float[] left = new float[4 * 9];
    float[] right = new float[4 * 9];
    first.fill(5, 2, left, new int[4]);
    second.fill(1, 0, right, new int[4]);
    second.fill(5, 2, right, new int[4]);
    assertThat(right).containsExactly(left);
  }

  @Test
  void fill_beyondTheEpoch_refused() {
    Minibatches minibatches = new Minibatches(numbered(10), IDENTITY, Augmentation.NONE, 1, 0);
    assertThatThrownBy(() -> minibatches.fill(0, 2, new float[36], new int[4]))
        .hasMessageContaining("step 2");
  }

  @Test
  void fill_flip_isTheImageOrItsMirror() {
    Minibatches minibatches =
        new Minibatches(
            numbered(2), IDENTITY, new Augmentation(false, true, 1, 0, 0, 0, false), 1, 0);
    int mirrored = 0;
    for (int epoch = 0; epoch < 40; epoch++) {
      float[] image = new float[9];
      minibatches.fill(epoch, 0, image, new int[1]);
      if (image[0] > image[2]) {
        mirrored++;
        float swap = image[0];
        image[0] = image[2];
        image[2] = swap;
      }
      assertThat(image[2] - image[0]).isEqualTo(2);
    }
    assertThat(mirrored).isBetween(8, 32);
  }

  @Test
  void fill_crop_shiftsByAtMostFourAndPadsWithTheMean() {
    ImageSet images =
        new ImageSet(1, 3, 3, 2, new byte[] {10, 10, 10, 10, 10, 10, 10, 10, 10}, new int[1]);
    Normalisation normalisation = new Normalisation(new float[] {4}, new float[] {2});
    Minibatches minibatches =
        new Minibatches(
            images, normalisation, new Augmentation(true, false, 1, 0, 0, 0, false), 1, 0);
    boolean shifted = false;
    for (int epoch = 0; epoch < 30; epoch++) {
      float[] image = new float[9];
      minibatches.fill(epoch, 0, image, new int[1]);
      for (float value : image) {
        assertThat(value).isIn(0f, 3f);
        shifted |= value == 0;
      }
    }
    assertThat(shifted).isTrue();
  }

  @Test
  void fillInOrder_endOfTheSet_returnsTheRemainder() {
    Minibatches minibatches =
        new Minibatches(
            numbered(5), IDENTITY, new Augmentation(true, true, 1, 0, 0, 0, false), 1, 0);
    float[] target = new float[4 * 9];
    int[] labels = new int[4];
    assertThat(minibatches.fillInOrder(0, target, labels)).isEqualTo(4);
    assertThat(labels).containsExactly(0, 1, 2, 3);
    assertThat(minibatches.fillInOrder(4, target, labels)).isEqualTo(1);
    assertThat(target[0]).isEqualTo(4 * 9);
  }

  @Test
  void mix_off_leavesTheMinibatch() {
    Minibatches minibatches = new Minibatches(numbered(8), IDENTITY, Augmentation.NONE, 1, 0);
    float[] images = new float[4 * 9];
    int[] labels = new int[4];
    int[] others = new int[4];
    minibatches.fill(0, 0, images, labels);
    float[] before = images.clone();
    assertThat(minibatches.mix(0, 0, images, labels, others)).isEqualTo(1);
    assertThat(images).containsExactly(before);
    assertThat(others).containsExactly(labels);
  }

  @Test
  void mix_on_isTheShareOfTwoImagesOfTheMinibatch() {
    Augmentation mixup = new Augmentation(false, false, 1, 0, 0, 0.4, false);
    Minibatches minibatches = new Minibatches(numbered(8), IDENTITY, mixup, 1, 0);
    double sum = 0;
    int epochs = 2000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      float[] images = new float[4 * 9];
      int[] labels = new int[4];
      int[] others = new int[4];
      minibatches.fill(epoch, 1, images, labels);
      float[] before = images.clone();
      float share = minibatches.mix(epoch, 1, images, labels, others);
      assertThat(share).isBetween(0.5f, 1f);
      assertThat(others).containsExactlyInAnyOrder(labels);
      for (int i = 0; i < images.length; i++) {
        // A pixel counts on from nine times its image's number, which is its label.
        float other = before[i] + 9 * (others[i / 9] - labels[i / 9]);
        assertThat(images[i]).isCloseTo(share * before[i] + (1 - share) * other, within(1e-3f));
      }
      float[] again = before.clone();
      assertThat(minibatches.mix(epoch, 1, again, labels, others)).isEqualTo(share);
      assertThat(again).containsExactly(images);
      sum += share * (1 - share);
    }
    // E[x (1 - x)] = alpha / (2 (2 alpha + 1)) for x ~ Beta(alpha, alpha).
    assertThat(sum / epochs).isCloseTo(0.4 / (2 * 1.8), within(0.01));
  }

  private static List<Integer> epoch(Minibatches minibatches, long epoch, int size, int batch) {
    List<Integer> seen = new ArrayList<>();
    for (int step = 0; step < size / batch; step++) {
      float[] images = new float[batch * 9];
      int[] labels = new int[batch];
      minibatches.fill(epoch, step, images, labels);
      for (int i = 0; i < batch; i++) {
        assertThat(images[i * 9]).isEqualTo(labels[i] * 9f);
        seen.add(labels[i]);
      }
    }
    return seen;
  }

  /** 3x3 images whose label is their number and whose pixels count on from nine times it. */
  private static ImageSet numbered(int count) {
    byte[] pixels = new byte[count * 9];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
      labels[i / 9] = i / 9;
    }
    return new ImageSet(1, 3, 3, count, pixels, labels);
  }
}
