package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.network.Shape;
import io.coppice.source.SourceImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageRecordTest {

  private static final Shape SHAPE = new Shape(2, 1, 3);

  @Test
  void of_image_hasLabelSumsAndContent() {
    byte[] pixels = {1, 2, (byte) 200, 0, (byte) 255, (byte) 255};
    ImageRecord record = ImageRecord.of(new SourceImage.Readable(300, pixels), SHAPE, true);
    assertThat(record.label()).isEqualTo(300);
    assertThat(record.sum(0)).isEqualTo(203);
    assertThat(record.squares(0)).isEqualTo(1 + 4 + 40_000);
    assertThat(record.sum(1)).isEqualTo(510);
    assertThat(record.squares(1)).isEqualTo(2 * 65_025);
    assertThat(record.isEncoded()).isFalse();
    assertThat(record.contentLength()).isEqualTo(6);
    assertThat(Arrays.copyOfRange(record.bytes(), record.contentStart(), record.bytes().length))
        .containsExactly(pixels);
  }

  @Test
  void of_imageFile_hasItAndTheSumsOfItsPixels() {
    byte[] pixels = {1, 2, (byte) 200, 0, (byte) 255, (byte) 255};
    byte[] file = {9, 8, 7, 6};
    SourceImage.Readable image = new SourceImage.Readable(3, pixels, file);
    ImageRecord record = ImageRecord.of(image, SHAPE, true);
    assertThat(record.isEncoded()).isTrue();
    assertThat(record.label()).isEqualTo(3);
    assertThat(record.sum(0)).isEqualTo(203);
    assertThat(record.squares(1)).isEqualTo(2 * 65_025);
    assertThat(Arrays.copyOfRange(record.bytes(), record.contentStart(), record.bytes().length))
        .containsExactly(file);
    assertThat(ImageRecord.of(image, SHAPE, false).isEncoded()).isFalse();
    assertThat(ImageRecord.of(image, SHAPE, false).contentLength()).isEqualTo(6);
  }

  @Test
  void of_otherSizeOrNegativeLabel_refused() {
    assertThatThrownBy(() -> ImageRecord.of(new SourceImage.Readable(0, new byte[5]), SHAPE, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a source gave an image of label 0 and 5 pixels, expected 2x1x3");
    assertThatThrownBy(() -> ImageRecord.of(new SourceImage.Readable(-1, new byte[6]), SHAPE, true))
        .isInstanceOf(IllegalStateException.class);
  }
}
