package io.coppice.image;

import static io.coppice.image.ImageFiles.bytes;
import static io.coppice.image.ImageFiles.grey;
import static io.coppice.image.ImageFiles.picture;
import static io.coppice.image.ImageFiles.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.coppice.image.ImageFiles.Chunk;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private final ImageDecoder decoder = new ImageDecoder();

  @AfterEach
  void close() {
    decoder.close();
  }

  private int[] pixels(byte[] file) throws InvalidImageException {
    return values(decoder.decode(file));
  }

  private static int[] values(DecodedImage image) {
    int[] values = new int[image.pixels().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.pixels()[i] & 0xff;
    }
    return values;
  }

  /** Red, then green, then blue of an image in sRGB. */
  private static int[] planes(BufferedImage image) {
    int area = image.getHeight() * image.getWidth();
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    int[] planes = new int[3 * area];
    for (int i = 0; i < area; i++) {
      for (int channel = 0; channel < 3; channel++) {
        planes[channel * area + i] = rgb[i] >> 16 - 8 * channel & 0xff;
      }
    }
    return planes;
  }

  // JPEG

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decode_jpegOfColours_isWhatTheRuntimeMakesOfIt(boolean progressive) throws Exception {
    BufferedImage image = picture(37, 50);
    byte[] file = progressive ? ImageFiles.progressive("jpeg", image) : written("jpeg", image);

    DecodedImage decoded = decoder.decode(file);

    assertThat(decoded.channels()).isEqualTo(3);
    assertThat(decoded.height()).isEqualTo(37);
    assertThat(decoded.width()).isEqualTo(50);
    assertThat(values(decoded)).isEqualTo(planes(ImageIO.read(new ByteArrayInputStream(file))));
  }

  @Test
  void decode_greyJpeg_hasTheSamplesInOneChannel() throws Exception {
    int[] samples = new int[64];
    Arrays.fill(samples, 77);
    DecodedImage decoded =
        decoder.decode(written("jpeg", grey(BufferedImage.TYPE_BYTE_GRAY, 8, 8, samples)));
    assertThat(decoded.channels()).isEqualTo(1);
    assertThat(values(decoded)).containsOnly(77);
  }

  @Test
  void decode_cmyk_isTheInksOnWhiteAsAdobeInvertsThem() throws Exception {
    int[] inks = new int[4 * 64];
    for (int i = 0; i < 64; i++) {
      System.arraycopy(new int[] {200, 100, 50, 128}, 0, inks, 4 * i, 4);
    }
    int[] pixels = pixels(ImageFiles.adobe(ImageFiles.fourComponents(8, 8, inks), 0));
    assertThat(pixels[0]).isCloseTo(100, offset(2));
    assertThat(pixels[64]).isCloseTo(50, offset(2));
    assertThat(pixels[128]).isCloseTo(25, offset(2));
  }

  @Test
  void decode_ycck_isTheCmykOfTheSameInks() throws Exception {
    // Cyan, magenta and yellow of 200, 100, 50, inverted, are the complements of a colour in YCbCr.
    int red = 55;
    int green = 155;
    int blue = 205;
    int y = (int) Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    int cb = (int) Math.round(128 - 0.168736 * red - 0.331264 * green + 0.5 * blue);
    int cr = (int) Math.round(128 + 0.5 * red - 0.418688 * green - 0.081312 * blue);
    int[] inks = new int[4 * 64];
    for (int i = 0; i < 64; i++) {
      System.arraycopy(new int[] {y, cb, cr, 128}, 0, inks, 4 * i, 4);
    }
    int[] pixels = pixels(ImageFiles.adobe(ImageFiles.fourComponents(8, 8, inks), 2));
    assertThat(pixels[0]).isCloseTo(100, offset(2));
    assertThat(pixels[64]).isCloseTo(50, offset(2));
    assertThat(pixels[128]).isCloseTo(25, offset(2));
  }

  @Test
  void decode_jpegOfRgbByAdobe_isNotTransformed() throws Exception {
    byte[] file = written("jpeg", picture(8, 8));
    // The same components, called RGB: without JFIF's segment, which stands first.
    byte[] bare = new byte[file.length - 18];
    System.arraycopy(file, 0, bare, 0, 2);
    System.arraycopy(file, 20, bare, 2, bare.length - 2);

    int[] ycbcr = pixels(bare);
    int[] rgb = pixels(ImageFiles.adobe(bare, 0));

    assertThat(ycbcr).isEqualTo(pixels(file)).isEqualTo(pixels(ImageFiles.adobe(bare, 1)));
    assertThat(JpegColours.convert(JpegFile.Colours.YCBCR, side(rgb), 8, 8).pixels())
        .isEqualTo(decoder.decode(bare).pixels());
  }

  /** Planes as components side by side. */
  private static byte[] side(int[] planes) {
    int area = planes.length / 3;
    byte[] side = new byte[planes.length];
    for (int i = 0; i < area; i++) {
      for (int channel = 0; channel < 3; channel++) {
        side[3 * i + channel] = (byte) planes[channel * area + i];
      }
    }
    return side;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0 1 2 3 4 5, 2",
    "2, 2 1 0 5 4 3, 2",
    "3, 5 4 3 2 1 0, 2",
    "4, 3 4 5 0 1 2, 2",
    "5, 0 3 1 4 2 5, 3",
    "6, 3 0 4 1 5 2, 3",
    "7, 5 2 4 1 3 0, 3",
    "8, 2 5 1 4 0 3, 3",
    "0, 0 1 2 3 4 5, 2",
    "9, 0 1 2 3 4 5, 2"
  })
  void decode_orientationOfExif_turnsThePicture(int orientation, String expected, int rows)
      throws Exception {
    byte[] rowsOfPng = bytes(0, 0, 1, 2, 0, 3, 4, 5);
    int[] turned = Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] exif = ImageFiles.exif(order, orientation);
      DecodedImage png =
          decoder.decode(ImageFiles.png(2, 3, 8, 0, rowsOfPng, new Chunk("eXIf", exif)));
      assertThat(values(png)).isEqualTo(turned);
      assertThat(png.height()).isEqualTo(rows);

      byte[] jpeg = written("jpeg", picture(10, 16));
      DecodedImage upright = decoder.decode(jpeg);
      DecodedImage lying = decoder.decode(ImageFiles.oriented(jpeg, order, orientation));
      assertThat(lying.pixels())
          .isEqualTo(ExifOrientation.upright(upright, Math.max(1, orientation % 9)).pixels());
      assertThat(lying.height()).isEqualTo(rows == 3 ? 16 : 10);
    }
  }

  @Test
  void decode_damagedExif_leavesThePictureAsItIs() throws Exception {
    byte[] jpeg = written("jpeg", picture(10, 16));
    byte[] exif = ImageFiles.exif(ByteOrder.BIG_ENDIAN, 6);
    for (int length = 0; length < 28; length++) {
      byte[] data = new byte[6 + length];
      System.arraycopy(bytes('E', 'x', 'i', 'f', 0, 0), 0, data, 0, 6);
      System.arraycopy(exif, 0, data, 6, length);
      assertThat(decoder.decode(ImageFiles.withSegment(jpeg, 0xe1, data)).height()).isEqualTo(10);
    }
  }

  @Test
  void decode_brokenProfile_isPassedOver() throws Exception {
    byte[] jpeg = written("jpeg", picture(10, 16));
    byte[] data = new byte[64];
    System.arraycopy("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII), 0, data, 0, 14);
    assertThat(pixels(ImageFiles.withSegment(jpeg, 0xe2, data))).isEqualTo(pixels(jpeg));
  }

  @ParameterizedTest
  @CsvSource({
    "c3, uses lossless coding",
    "c9, uses arithmetic coding",
    "c5, uses hierarchical coding"
  })
  void decode_otherKindsOfJpeg_areRefusedByName(String frame, String message) {
    byte[] jpeg = written("jpeg", picture(10, 16));
    jpeg[placeOf(jpeg, 0xc0)] = (byte) Integer.parseInt(frame, 16);
    assertThatThrownBy(() -> decoder.decode(jpeg))
        .isInstanceOf(InvalidImageException.class)
        .hasMessage("the JPEG " + message + "; baseline and progressive ones are read");
  }

  /** Place of a marker's second byte. */
  private static int placeOf(byte[] jpeg, int marker) {
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != marker) {
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
    }
    return at + 1;
  }

  @Test
  void decode_jpegOf12Bits_isRefused() {
    byte[] jpeg = written("jpeg", picture(10, 16));
    jpeg[placeOf(jpeg, 0xc0) + 3] = 12;
    assertThatThrownBy(() -> decoder.decode(jpeg))
        .hasMessage("the JPEG has samples of 12 bits; 8 are read");
  }

  @Test
  void decode_jpegWhoseDataIsShortButHasItsEnd_isRefusedAndTheNextOneIsNot() throws Exception {
    byte[] jpeg = written("jpeg", picture(60, 60));
    int[] whole = pixels(jpeg);
    byte[] shortened = Arrays.copyOf(jpeg, jpeg.length - 100);
    shortened[shortened.length - 2] = (byte) 0xff;
    shortened[shortened.length - 1] = (byte) 0xd9;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> decoder.decode(shortened))
          .isInstanceOf(InvalidImageException.class)
          .hasMessageContaining("premature end of data segment");
      assertThat(pixels(jpeg)).isEqualTo(whole);
    }
  }

  @Test
  void decode_bytesBeforeTheEndMarker_doNotMatter() throws Exception {
    byte[] jpeg = written("jpeg", picture(60, 60));
    byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 3);
    System.arraycopy(bytes(1, 2, 3, 0xff, 0xd9), 0, longer, jpeg.length - 2, 5);
    assertThat(pixels(longer)).isEqualTo(pixels(jpeg));
  }

  // PNG

  @Test
  void decode_pngOfColours_hasItsBytes() throws Exception {
    BufferedImage image = picture(13, 9);
    assertThat(pixels(written("png", image))).isEqualTo(planes(image));
    assertThat(pixels(ImageFiles.progressive("png", image))).isEqualTo(planes(image));
  }

  @Test
  void decode_pngOf16Bits_isRounded() throws Exception {
    // 128 / 257 rounds to 0, 129 / 257 to 1; the upper bytes alone would be 0, 0, 1, 254, 255.
    byte[] file =
        written("png", grey(BufferedImage.TYPE_USHORT_GRAY, 1, 5, 128, 129, 385, 65407, 65535));
    DecodedImage decoded = decoder.decode(file);
    assertThat(decoded.channels()).isEqualTo(1);
    assertThat(values(decoded)).containsExactly(0, 1, 1, 255, 255);
  }

  @Test
  void decode_greyPng_keepsEveryValue() throws Exception {
    int[] all = new int[256];
    Arrays.setAll(all, i -> i);
    assertThat(pixels(written("png", grey(BufferedImage.TYPE_BYTE_GRAY, 16, 16, all))))
        .isEqualTo(all);
  }

  @Test
  void decode_pngOfFewBits_isSpreadOverTheWholeRange() throws Exception {
    assertThat(pixels(ImageFiles.png(1, 4, 2, 0, bytes(0, 0b00011011))))
        .containsExactly(0, 85, 170, 255);
    assertThat(pixels(ImageFiles.png(1, 3, 1, 0, bytes(0, 0b10100000))))
        .containsExactly(255, 0, 255);
    assertThat(pixels(ImageFiles.png(1, 3, 4, 0, bytes(0, 0x1f, 0x70))))
        .containsExactly(17, 255, 119);
  }

  @Test
  void decode_transparency_liesOnBlack() throws Exception {
    // Grey with alpha, colours with alpha, a palette with alpha, one transparent grey or colour.
    assertThat(pixels(ImageFiles.png(1, 2, 8, 4, bytes(0, 200, 128, 50, 0))))
        .containsExactly(100, 0);
    assertThat(pixels(ImageFiles.png(1, 1, 8, 6, bytes(0, 200, 100, 50, 51))))
        .containsExactly(40, 20, 10);
    assertThat(pixels(ImageFiles.png(1, 1, 16, 6, bytes(0, 200, 0, 100, 0, 50, 0, 51, 51))))
        .containsExactly(40, 20, 10);
    Chunk palette = new Chunk("PLTE", bytes(200, 100, 50, 10, 20, 30));
    assertThat(
            pixels(
                ImageFiles.png(1, 2, 8, 3, bytes(0, 0, 1), palette, new Chunk("tRNS", bytes(51)))))
        .containsExactly(40, 10, 20, 20, 10, 30);
    assertThat(pixels(ImageFiles.png(1, 2, 8, 0, bytes(0, 7, 9), new Chunk("tRNS", bytes(0, 7)))))
        .containsExactly(0, 9);
    assertThat(
            pixels(
                ImageFiles.png(
                    1,
                    2,
                    8,
                    2,
                    bytes(0, 7, 8, 9, 1, 2, 3),
                    new Chunk("tRNS", bytes(0, 7, 0, 8, 0, 9)))))
        .containsExactly(0, 1, 0, 2, 0, 3);
  }

  @Test
  void decode_pngWithAWrongChecksum_isRefused() {
    byte[] file = written("png", picture(5, 5));
    file[file.length - 1] ^= 1;
    assertThatThrownBy(() -> decoder.decode(file))
        .hasMessageMatching(
            "the PNG is damaged: at byte \\d+ expected 0xae426082, the checksum of its chunk IEND,"
                + " found 0xae426083");
  }

  @Test
  void decode_pngWithoutAllRows_isRefused() {
    byte[] file = ImageFiles.png(3, 2, 8, 0, bytes(0, 1, 2, 0, 3, 4));
    assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(InvalidImageException.class);
  }

  // BMP

  @Test
  void decode_bmp_hasItsBytes() throws Exception {
    BufferedImage image = picture(6, 5);
    assertThat(pixels(written("bmp", image))).isEqualTo(planes(image));
    BufferedImage indexed = picture(6, 5, BufferedImage.TYPE_BYTE_INDEXED);
    assertThat(pixels(written("bmp", indexed))).isEqualTo(planes(indexed));
    assertThat(pixels(ImageFiles.packedBmp(indexed, "BI_RLE8"))).isEqualTo(planes(indexed));
  }

  @Test
  void decode_bmpOfOtherLayouts_hasItsPixels() throws Exception {
    int[] none = new int[0];
    // From the top down; rows are filled up to 4 bytes.
    assertThat(pixels(ImageFiles.bmp(-2, 1, 24, 0, none, bytes(3, 2, 1, 0, 6, 5, 4, 0))))
        .containsExactly(1, 4, 2, 5, 3, 6);
    // 5 bits a colour: 31 is 255, 16 is 132.
    assertThat(pixels(ImageFiles.bmp(1, 1, 16, 0, none, bytes(0x00, 0x7e, 0, 0))))
        .containsExactly(255, 132, 0);
    int[] masks = {0xff0000, 0xff00, 0xff, 0xff000000};
    assertThat(pixels(ImageFiles.bmp(1, 1, 32, 3, masks, bytes(50, 100, 200, 51))))
        .containsExactly(40, 20, 10);
  }

  @Test
  void decode_colourThatThePaletteLacks_isRefused() throws Exception {
    byte[] paletteAndPixels = bytes(50, 100, 200, 0, 30, 20, 10, 0, 0, 1, 9, 0);
    byte[] file = ImageFiles.bmp(1, 3, 8, 0, new int[0], paletteAndPixels);
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(10, file.length - 4).putInt(46, 2);
    assertThatThrownBy(() -> decoder.decode(file))
        .hasMessage("the image has colour 9 at row 0, column 2, and a palette of 2");
    file[file.length - 2] = 0;
    assertThat(pixels(file)).containsExactly(200, 10, 200, 100, 20, 100, 50, 30, 50);
  }

  @Test
  void decode_bmpThatHoldsAJpeg_isRefused() {
    assertThatThrownBy(() -> decoder.decode(ImageFiles.bmp(1, 1, 0, 4, new int[0], new byte[9])))
        .hasMessage("the BMP holds a JPEG; only its pixels are read");
  }

  // GIF

  @Test
  void decode_gif_isItsFirstImageOnTheCanvas() throws Exception {
    BufferedImage image = picture(6, 5, BufferedImage.TYPE_BYTE_INDEXED);
    byte[] file = written("gif", image);
    int[] alone = pixels(file);
    assertThat(alone).isEqualTo(planes(image));

    // A canvas of 7 columns and 6 rows; the image begins in its column 2.
    ByteBuffer gif = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    gif.putShort(6, (short) 7);
    int descriptor = 13;
    descriptor += (file[10] & 0x80) == 0 ? 0 : 3 << (file[10] & 7) + 1;
    while (file[descriptor] != 0x2c) {
      descriptor += 2;
      while (file[descriptor] != 0) {
        descriptor += 1 + (file[descriptor] & 0xff);
      }
      descriptor++;
    }
    gif.putShort(descriptor + 1, (short) 2);

    DecodedImage moved = decoder.decode(file);
    assertThat(moved.height()).isEqualTo(6);
    assertThat(moved.width()).isEqualTo(7);
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < 6; y++) {
        int[] row =
            Arrays.copyOfRange(values(moved), (channel * 6 + y) * 7, (channel * 6 + y) * 7 + 7);
        assertThat(row[0]).isZero();
        assertThat(row[1]).isZero();
        assertThat(Arrays.copyOfRange(row, 2, 7))
            .isEqualTo(Arrays.copyOfRange(alone, (channel * 6 + y) * 5, (channel * 6 + y) * 5 + 5));
      }
    }
  }

  // Every kind

  @Test
  void decode_fileCutAtEveryByte_isRefusedOrHasTheSamePixels() throws Exception {
    for (Map.Entry<String, byte[]> sample : ImageFiles.samples().entrySet()) {
      byte[] file = sample.getValue();
      int[] whole = pixels(file);
      int refused = 0;
      for (int length = 0; length < file.length; length++) {
        int[] cut;
        try {
          cut = pixels(Arrays.copyOf(file, length));
        } catch (InvalidImageException e) {
          refused++;
          assertThat(e).hasMessageMatching("(not a JPEG,|the (JPEG|PNG|BMP|GIF) ends within) .*");
          continue;
        }
        assertThat(cut).as(sample.getKey() + " cut at " + length).isEqualTo(whole);
      }
      // A GIF has one byte behind its first image.
      assertThat(refused).as(sample.getKey()).isGreaterThanOrEqualTo(file.length - 1);
    }
  }

  @Test
  void decode_bytesBehindTheImage_doNotMatter() throws Exception {
    for (Map.Entry<String, byte[]> sample : ImageFiles.samples().entrySet()) {
      byte[] file = sample.getValue();
      byte[] longer = Arrays.copyOf(file, file.length + 1000);
      new Random(1).ints(file.length, longer.length).limit(500).forEach(i -> longer[i] = (byte) i);
      assertThat(pixels(longer)).as(sample.getKey()).isEqualTo(pixels(file));
    }
  }

  @Test
  void decode_changedBytes_areRefusedOrDecodedAndNothingElse() {
    Random random = new Random(3);
    for (byte[] file : ImageFiles.samples().values()) {
      for (int trial = 0; trial < 200; trial++) {
        byte[] changed = file.clone();
        for (int i = 0; i <= random.nextInt(3); i++) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(decoder.decode(changed).channels()).isIn(1, 3);
        } catch (InvalidImageException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }

  @Test
  void decode_headerThatPromisesTooManyPixels_isRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] png = ImageFiles.png(20_000, 20_000, 8, 6, bytes(0));
    byte[] jpeg = written("jpeg", picture(8, 8));
    ByteBuffer.wrap(jpeg).putInt(placeOf(jpeg, 0xc0) + 4, 60_000 << 16 | 60_000);
    byte[] gif = written("gif", picture(6, 5, BufferedImage.TYPE_BYTE_INDEXED));
    ByteBuffer.wrap(gif).putInt(6, -1);
    byte[] bmp = ImageFiles.bmp(Integer.MIN_VALUE, 1 << 20, 1, 1, new int[0], new byte[9]);
    for (byte[] bomb : new byte[][] {png, jpeg, gif, bmp}) {
      assertThatThrownBy(() -> decoder.decode(bomb))
          .isInstanceOf(InvalidImageException.class)
          .hasMessageContaining("is too large: its header says")
          .hasMessageContaining("at most 100000000 pixels are read");
    }
  }

  @Test
  void decode_imageWithoutPixels_isRefused() {
    assertThatThrownBy(() -> decoder.decode(ImageFiles.png(0, 5, 8, 0, bytes(0))))
        .hasMessage("the PNG has no pixels: its header says 0 rows of 5");
  }

  @Test
  void decode_somethingElse_isRefusedWithItsFirstBytes() {
    assertThatThrownBy(() -> decoder.decode(new byte[0]))
        .hasMessage("not a JPEG, PNG, BMP or GIF image: it is empty");
    assertThatThrownBy(() -> decoder.decode(bytes('R', 'I', 'F', 'F', 1, 2, 3, 4, 5)))
        .hasMessage(
            "not a JPEG, PNG, BMP or GIF image: it begins with 52 49 46 46 01 02 03 04"
                + " (\"RIFF....\")");
  }
}
