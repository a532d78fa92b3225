package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void read_anyKeeper_givesPixelsAndLabels() {
    byte[] pixels = new byte[7 * 6];
    int[] labels = {0, 1, 2, 0, 1, 2, 0};
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 50);
    }
    ImageSet whole = new ImageSet(1, 2, 3, 3, pixels, labels);
    ImageSet computed =
        new ImageSet(
            1,
            2,
            3,
            3,
            (image, target) -> {
              for (int i = 0; i < target.length; i++) {
                target[i] = (byte) ((image * 6 + i) * 50);
              }
            },
            labels);
    for (int image = 0; image < 7; image++) {
      for (ImageSet set : new ImageSet[] {whole, computed}) {
        byte[] read = new byte[6];
        set.read(image, read);
        assertThat(read).containsExactly(Arrays.copyOfRange(pixels, image * 6, image * 6 + 6));
        assertThat(set.label(image)).isEqualTo(labels[image]);
        assertThat(set.size()).isEqualTo(7);
      }
    }
  }

  @Test
  void create_pixelsMissing_refused() {
    assertThatThrownBy(() -> new ImageSet(1, 2, 3, 2, new byte[11], new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 images of 1x2x3 do not have 11 pixels");
  }
}
