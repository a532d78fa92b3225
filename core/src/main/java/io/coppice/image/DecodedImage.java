package io.coppice.image;

/**
 * An image of 8-bit values.
 *
 * @param channels 1 for grey; 3 for red, green and blue
 * @param height rows
 * @param width columns
 * @param pixels unsigned bytes {@code (channels, height, width)}; not copied
 */
public record DecodedImage(int channels, int height, int width, byte[] pixels) {

  static final int COLOURS = 3;

  // Shares of red, green and blue in an image's brightness, in thousandths (ITU-R BT.601).
  private static final int RED = 299;
  private static final int GREEN = 587;
  private static final int BLUE = 114;
  private static final int WHOLE = RED + GREEN + BLUE;

  public DecodedImage {
    if (channels != 1 && channels != COLOURS) {
      throw new IllegalArgumentException("an image has 1 or 3 channels, not " + channels);
    }
    if (pixels.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          pixels.length + " pixels are not an image of " + channels + "x" + height + "x" + width);
    }
  }

  /**
   * The image in grey or in colours: grey is repeated for every colour, and of colours the
   * brightness is taken by ITU-R BT.601, rounded.
   *
   * @param wanted 1 or 3
   */
  public DecodedImage withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int area = height * width;
    byte[] result = new byte[wanted * area];
    if (channels == 1) {
      for (int channel = 0; channel < wanted; channel++) {
        System.arraycopy(pixels, 0, result, channel * area, area);
      }
    } else {
      for (int i = 0; i < area; i++) {
        int red = pixels[i] & 0xff;
        int green = pixels[area + i] & 0xff;
        int blue = pixels[2 * area + i] & 0xff;
        result[i] = (byte) ((RED * red + GREEN * green + BLUE * blue + WHOLE / 2) / WHOLE);
      }
    }
    return new DecodedImage(wanted, height, width, result);
  }
}
