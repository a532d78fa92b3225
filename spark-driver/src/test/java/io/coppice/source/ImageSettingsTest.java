package io.coppice.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.config.RunConfig.Store;
import io.coppice.network.Shape;
import org.junit.jupiter.api.Test;

class ImageSettingsTest {

  private static final Shape LARGE = new Shape(3, 64, 65);
  private static final Shape SMALL = new Shape(3, 64, 64);

  @Test
  void keepsEncoded_auto_whereImagesAreLargeAndFilesAtMostHalfAsLong() {
    byte[] half = new byte[3 * 64 * 65 / 2];
    assertThat(settings(Store.AUTO).keepsEncoded(half, LARGE)).isTrue();
    assertThat(settings(Store.AUTO).keepsEncoded(new byte[half.length + 1], LARGE)).isFalse();
    assertThat(settings(Store.AUTO).keepsEncoded(new byte[1], SMALL)).isFalse();
  }

  @Test
  void keepsEncoded_said_asSaid() {
    assertThat(settings(Store.PIXELS).keepsEncoded(new byte[1], LARGE)).isFalse();
    assertThat(settings(Store.ENCODED).keepsEncoded(new byte[99_999], SMALL)).isTrue();
  }

  private static ImageSettings settings(Store store) {
    return new ImageSettings(3, 0, 0, store);
  }
}
