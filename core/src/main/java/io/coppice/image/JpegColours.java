package io.coppice.image;

/**
 * Components of a JPEG, byte by byte, to grey or red, green and blue. YCbCr by libjpeg's own
 * integers (JFIF, that is ITU-R BT.601), so that the bits are those of every program that uses it.
 * CMYK is taken as Adobe writes it, inverted, as other programs take it too. Profiles (ICC) are not
 * applied.
 */
final class JpegColours {

  private static final int BITS = 16;
  private static final int HALF = 1 << BITS - 1;
  private static final int MIDDLE = 128;
  private static final int MOST = 255;
  private static final int RED_OF_CR = fixed(1.40200);
  private static final int GREEN_OF_CB = fixed(0.34414);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int BLUE_OF_CB = fixed(1.77200);

  private JpegColours() {}

  private static int fixed(double value) {
    return (int) (value * (1 << BITS) + 0.5);
  }

  /**
   * Converts an image.
   *
   * @param components the components of each pixel side by side
   */
  static DecodedImage convert(JpegFile.Colours colours, byte[] components, int height, int width) {
    int area = height * width;
    if (colours == JpegFile.Colours.GREY) {
      return new DecodedImage(1, height, width, components);
    }
    byte[] pixels = new byte[DecodedImage.COLOURS * area];
    boolean transformed = colours == JpegFile.Colours.YCBCR || colours == JpegFile.Colours.YCCK;
    int count = colours.components();
    for (int i = 0, from = 0; i < area; i++, from += count) {
      int red = components[from] & MOST;
      int green = components[from + 1] & MOST;
      int blue = components[from + 2] & MOST;
      if (transformed) {
        int y = red;
        int cb = green - MIDDLE;
        int cr = blue - MIDDLE;
        red = clamp(y + (RED_OF_CR * cr + HALF >> BITS));
        green = clamp(y + (-GREEN_OF_CB * cb - GREEN_OF_CR * cr + HALF >> BITS));
        blue = clamp(y + (BLUE_OF_CB * cb + HALF >> BITS));
      }
      if (count == 4) {
        // What YCCK transforms are the inks' complements.
        boolean complements = colours == JpegFile.Colours.YCCK;
        int key = components[from + 3] & MOST;
        red = shaded(complements ? MOST - red : red, key);
        green = shaded(complements ? MOST - green : green, key);
        blue = shaded(complements ? MOST - blue : blue, key);
      }
      pixels[i] = (byte) red;
      pixels[area + i] = (byte) green;
      pixels[2 * area + i] = (byte) blue;
    }
    return new DecodedImage(DecodedImage.COLOURS, height, width, pixels);
  }

  private static int shaded(int value, int key) {
    return (value * key + MOST / 2) / MOST;
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(MOST, value));
  }
}
