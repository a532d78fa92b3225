package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void fingerprint_upTo256Classes_staysWhatRunsRemember() {
    assertThat(images(10, 3, 7).fingerprint())
        .isEqualTo("2213bf7c421ee6ad3db4a03fc9f9b45c0ed138b2643ada5cae1deed943e88591");
    assertThat(images(256, 0, 255).fingerprint())
        .isEqualTo("c2245fa8730ba662a42a5b7c22972dd74ce9d403819eff484a79ba8d3cc72959");
  }

  @Test
  void fingerprint_moreClasses_tellsLabelsApartThatShareTheirLastByte() {
    assertThat(images(300, 1, 2).fingerprint()).isNotEqualTo(images(300, 257, 2).fingerprint());
    assertThat(images(300, 1, 2).fingerprint()).isEqualTo(images(300, 1, 2).fingerprint());
    assertThat(images(257, 256, 2).fingerprint()).isNotEqualTo(images(257, 0, 2).fingerprint());
  }

  private static ImageSet images(int classes, int... labels) {
    byte[] pixels = new byte[labels.length * 2 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 50);
    }
    return new ImageSet(1, 2, 3, classes, pixels, labels);
  }
}
