package io.coppice.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a picture lies in the pixels of a file, by EXIF's tag of that name: 1 upright, 2 mirrored, 3
 * turned by half, 4 upside down and mirrored, 5 to 8 with rows and columns exchanged.
 */
final class ExifOrientation {

  static final int UPRIGHT = 1;

  private static final int LAST = 8;
  private static final int FIRST_EXCHANGED = 5;
  private static final short LITTLE = 0x4949;
  private static final short BIG = 0x4d4d;
  private static final short TIFF = 42;
  private static final short TAG = 0x0112;
  private static final short UNSIGNED_SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private ExifOrientation() {}

  /**
   * The orientation in an EXIF block; upright where it says none, or is damaged, as the pixels are
   * what they are.
   *
   * @param exif begins with the header of TIFF
   */
  static int of(byte[] exif) {
    try {
      ByteBuffer in = ByteBuffer.wrap(exif);
      short order = in.getShort();
      if (order != LITTLE && order != BIG) {
        return UPRIGHT;
      }
      in.order(order == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int first = in.getShort() == TIFF ? in.getInt() : -1;
      if (first < 0 || first > exif.length) {
        return UPRIGHT;
      }
      in.position(first);
      int entries = in.getShort() & 0xffff;
      for (int i = 0; i < entries; i++) {
        int next = in.position() + ENTRY_BYTES;
        if (in.getShort() == TAG && in.getShort() == UNSIGNED_SHORT && in.getInt() == 1) {
          int orientation = in.getShort() & 0xffff;
          return orientation < UPRIGHT || orientation > LAST ? UPRIGHT : orientation;
        }
        if (next > exif.length) {
          return UPRIGHT;
        }
        in.position(next);
      }
      return UPRIGHT;
    } catch (BufferUnderflowException e) {
      return UPRIGHT;
    }
  }

  /** The image as it is to be looked at. */
  static DecodedImage upright(DecodedImage image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean exchanged = orientation >= FIRST_EXCHANGED;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    int height = exchanged ? image.width() : image.height();
    int width = exchanged ? image.height() : image.width();
    byte[] from = image.pixels();
    byte[] to = new byte[from.length];
    int next = 0;
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int row = exchanged ? x : y;
          int column = exchanged ? y : x;
          row = fromBottom ? image.height() - 1 - row : row;
          column = fromRight ? image.width() - 1 - column : column;
          to[next++] = from[(channel * image.height() + row) * image.width() + column];
        }
      }
    }
    return new DecodedImage(image.channels(), height, width, to);
  }
}
