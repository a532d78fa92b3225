package io.coppice.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The kinds of image files that are read, told by their first bytes and never by a name. */
enum ImageFormat {
  JPEG("ffd8ff"),
  PNG("89504e470d0a1a0a"),
  BMP("424d"),
  GIF("474946383761", "474946383961");

  private static final int SHOWN_BYTES = 8;
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_PRINTABLE = 0x7e;

  private final byte[][] beginnings;

  ImageFormat(String... beginnings) {
    this.beginnings = new byte[beginnings.length][];
    for (int i = 0; i < beginnings.length; i++) {
      this.beginnings[i] = HexFormat.of().parseHex(beginnings[i]);
    }
  }

  /** The kind of a file. */
  static ImageFormat of(byte[] file) throws InvalidImageException {
    if (file.length == 0) {
      throw new InvalidImageException("not a JPEG, PNG, BMP or GIF image: it is empty");
    }
    for (ImageFormat format : values()) {
      for (byte[] beginning : format.beginnings) {
        if (startsWith(file, beginning)) {
          return format;
        }
      }
    }
    int shown = Math.min(SHOWN_BYTES, file.length);
    throw new InvalidImageException(
        "not a JPEG, PNG, BMP or GIF image: it begins with "
            + HexFormat.ofDelimiter(" ").formatHex(file, 0, shown)
            + " (\""
            + printable(file, shown)
            + "\")");
  }

  private static boolean startsWith(byte[] file, byte[] beginning) {
    if (file.length < beginning.length) {
      return false;
    }
    for (int i = 0; i < beginning.length; i++) {
      if (file[i] != beginning[i]) {
        return false;
      }
    }
    return true;
  }

  private static String printable(byte[] file, int count) {
    byte[] text = new byte[count];
    for (int i = 0; i < count; i++) {
      text[i] = file[i] < FIRST_PRINTABLE || file[i] > LAST_PRINTABLE ? (byte) '.' : file[i];
    }
    return new String(text, StandardCharsets.US_ASCII);
  }
}
