package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void read_anyBlocks_sameImages() {
    byte[] pixels = new byte[7 * 6];
    int[] labels = {0, 1, 2, 0, 1, 2, 0};
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 50);
    }
    ImageSet whole = new ImageSet(1, 2, 3, 3, pixels, labels);
    for (int imagesPerBlock = 1; imagesPerBlock <= 8; imagesPerBlock++) {
      List<ByteBuffer> blocks = new ArrayList<>();
      for (int first = 0; first < 7; first += imagesPerBlock) {
        int count = Math.min(imagesPerBlock, 7 - first);
        blocks.add(ByteBuffer.allocateDirect(count * 6).put(pixels, first * 6, count * 6));
      }
      ImageSet inBlocks = new ImageSet(1, 2, 3, 3, blocks, imagesPerBlock, labels);
      for (int image = 0; image < 7; image++) {
        byte[] expected = new byte[6];
        byte[] actual = new byte[6];
        whole.read(image, expected);
        inBlocks.read(image, actual);
        assertThat(actual).containsExactly(expected);
        assertThat(inBlocks.label(image)).isEqualTo(labels[image]);
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
