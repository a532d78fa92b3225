package io.coppice.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The samples of the Java runtime's images as 8-bit values, from what is stored: its own
 * conversions alter grey, and of 16 bits they keep the upper ones alone. Samples of other widths
 * are scaled and rounded; what is transparent in part or whole lies on black.
 */
final class Samples {

  private static final int MOST = 255;
  private static final int GREY_WITH_ALPHA = 2;

  private Samples() {}

  /** The pixels of an image, without its colour profile. */
  static DecodedImage of(BufferedImage image) throws InvalidImageException {
    return image.getColorModel() instanceof IndexColorModel palette
        ? ofPalette(image.getRaster(), palette)
        : ofBands(image.getRaster(), image.getColorModel().hasAlpha());
  }

  private static DecodedImage ofPalette(Raster raster, IndexColorModel palette)
      throws InvalidImageException {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int area = height * width;
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    byte[][] values = new byte[DecodedImage.COLOURS][colours.length];
    boolean grey = true;
    for (int i = 0; i < colours.length; i++) {
      int alpha = colours[i] >>> 24;
      for (int channel = 0; channel < DecodedImage.COLOURS; channel++) {
        int value = colours[i] >> 16 - 8 * channel & MOST;
        values[channel][i] = (byte) ((value * alpha + MOST / 2) / MOST);
      }
      grey &= values[0][i] == values[1][i] && values[1][i] == values[2][i];
    }
    int channels = grey ? 1 : DecodedImage.COLOURS;
    byte[] pixels = new byte[channels * area];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        if (row[x] >= colours.length) {
          throw new InvalidImageException(
              "the image has colour "
                  + row[x]
                  + " at row "
                  + y
                  + ", column "
                  + x
                  + ", and a palette of "
                  + colours.length);
        }
        for (int channel = 0; channel < channels; channel++) {
          pixels[channel * area + y * width + x] = values[channel][row[x]];
        }
      }
    }
    return new DecodedImage(channels, height, width, pixels);
  }

  private static DecodedImage ofBands(Raster raster, boolean alpha) throws InvalidImageException {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int area = height * width;
    int bands = raster.getNumBands();
    int channels = alpha ? bands - 1 : bands;
    if (channels != 1 && channels != DecodedImage.COLOURS) {
      throw new InvalidImageException(
          "the image has " + channels + " channels; 1 or 3 are read, with or without alpha");
    }
    long[] most = new long[bands];
    for (int band = 0; band < bands; band++) {
      most[band] = (1L << raster.getSampleModel().getSampleSize(band)) - 1;
    }
    byte[] pixels = new byte[channels * area];
    int[] row = new int[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int channel = 0; channel < channels; channel++) {
        int to = channel * area + y * width;
        for (int x = 0; x < width; x++) {
          long value = row[x * bands + channel];
          long whole = most[channel];
          if (alpha) {
            value *= row[x * bands + channels];
            whole *= most[channels];
          }
          pixels[to + x] = (byte) (whole == MOST ? value : (value * MOST + whole / 2) / whole);
        }
      }
    }
    return new DecodedImage(channels, height, width, pixels);
  }
}
