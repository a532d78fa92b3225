package io.coppice.image;

import java.util.Arrays;

/**
 * A JPEG file, checked from its first marker to its end marker (ITU-T T.81, annex B). What follows
 * the end marker does not matter.
 *
 * @param image the file without application data and comments, so that no decoder acts on them
 * @param colours what its components are
 * @param scans number of scans
 * @param orientation how EXIF says that the picture lies, 1 to 8
 */
record JpegFile(byte[] image, Colours colours, int scans, int orientation) {

  /** What the components of a JPEG are. */
  enum Colours {
    GREY(1),
    RGB(3),
    YCBCR(3),
    CMYK(4),
    YCCK(4);

    private final int components;

    Colours(int components) {
      this.components = components;
    }

    int components() {
      return components;
    }
  }

  private static final String IMAGE_DATA = "its image data";

  // Markers, the second byte of two.
  private static final int FIRST_FRAME = 0xc0;
  private static final int PROGRESSIVE_FRAME = 0xc2;
  private static final int LOSSLESS_FRAME = 0xc3;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int RESERVED = 0xc8;
  private static final int ARITHMETIC_FRAME = 0xc9;
  private static final int ARITHMETIC_TABLES = 0xcc;
  private static final int LAST_FRAME = 0xcf;
  private static final int FIRST_RESTART = 0xd0;
  private static final int LAST_RESTART = 0xd7;
  private static final int START = 0xd8;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;
  private static final int APPLICATION_0 = 0xe0;
  private static final int APPLICATION_1 = 0xe1;
  private static final int APPLICATION_14 = 0xee;
  private static final int APPLICATION_15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int STUFFED = 0x00;
  private static final int TEMPORARY = 0x01;

  private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0};
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};
  private static final int ADOBE_TRANSFORM = 11;
  private static final int NO_ADOBE = -1;
  private static final int ADOBE_YCCK = 2;

  /**
   * Reads the structure of a file.
   *
   * @throws InvalidImageException if it departs from the format, ends early, or is of a kind of
   *     JPEG that is not read
   */
  static JpegFile parse(byte[] file) throws InvalidImageException {
    return new Parser(new ImageBytes(file, ImageFormat.JPEG)).parse();
  }

  private static final class Parser {

    private final ImageBytes in;
    private final byte[] kept;
    private int keptBytes;
    private int scans;
    private int components;
    private boolean namedRgb;
    private boolean jfif;
    private int adobe = NO_ADOBE;
    private int orientation;

    Parser(ImageBytes in) {
      this.in = in;
      this.kept = new byte[in.length()];
    }

    JpegFile parse() throws InvalidImageException {
      keep(0, 2);
      int at = 2;
      while (true) {
        int marker = nextMarker(at);
        if (components > 0 && scans > 0) {
          keep(at, marker - 1);
        }
        int kind = in.unsigned8(marker, IMAGE_DATA);
        if (kind == END) {
          keep(marker - 1, marker + 1);
          return finished(marker);
        }
        if (kind == START) {
          throw in.unexpected(marker - 1L, "the end of the image", "the start of another");
        }
        if (kind == TEMPORARY) {
          at = marker + 1;
          continue;
        }
        int length = in.big16(marker + 1, "a segment");
        int end = marker + 1 + length;
        in.require(end, "a segment");
        if (length < 2) {
          throw in.unexpected(marker + 1L, "a segment's length of at least 2", "" + length);
        }
        segment(kind, marker + 1, end);
        at = end;
      }
    }

    /** Place of the next marker's second byte; image data and restarts are passed over. */
    private int nextMarker(int from) throws InvalidImageException {
      for (int i = from + 1; i < in.length(); i++) {
        int kind = in.array()[i] & 0xff;
        if (in.array()[i - 1] == (byte) 0xff
            && kind != 0xff
            && kind != STUFFED
            && (kind < FIRST_RESTART || kind > LAST_RESTART)) {
          return i;
        }
      }
      throw in.endsWithin(scans > 0 ? IMAGE_DATA : "its headers");
    }

    private void segment(int kind, int start, int end) throws InvalidImageException {
      if (kind >= APPLICATION_0 && kind <= APPLICATION_15 || kind == COMMENT) {
        application(kind, start + 2, end);
        return;
      }
      boolean frame =
          kind >= FIRST_FRAME
              && kind <= LAST_FRAME
              && kind != HUFFMAN_TABLES
              && kind != RESERVED
              && kind != ARITHMETIC_TABLES;
      if (frame) {
        frame(kind, start, end);
      } else if (kind == SCAN) {
        if (components == 0) {
          throw in.unexpected(start - 2L, "a frame header", "a scan");
        }
        scans++;
      }
      keep(start - 2, end);
    }

    private void frame(int kind, int start, int end) throws InvalidImageException {
      if (components > 0) {
        throw in.unexpected(start - 2L, "one frame header", "a second one");
      }
      if (kind > PROGRESSIVE_FRAME) {
        String process =
            kind >= ARITHMETIC_FRAME
                ? "arithmetic coding"
                : kind == LOSSLESS_FRAME ? "lossless coding" : "hierarchical coding";
        throw in.unsupported("uses " + process + "; baseline and progressive ones are read");
      }
      in.require(start + 8L, "its frame header");
      int bits = in.unsigned8(start + 2, "its frame header");
      if (bits != Byte.SIZE) {
        throw in.unsupported("has samples of " + bits + " bits; 8 are read");
      }
      in.requireSize(
          in.big16(start + 3, "its frame header"), in.big16(start + 5, "its frame header"));
      components = in.unsigned8(start + 7, "its frame header");
      if (components != 1 && components != 3 && components != 4) {
        throw in.unsupported("has " + components + " colour components; 1, 3 or 4 are read");
      }
      if (end != start + 8 + 3 * components) {
        throw in.unexpected(
            start, "a frame header of " + (8 + 3 * components) + " bytes", "" + (end - start));
      }
      namedRgb =
          components == 3
              && in.array()[start + 8] == 'R'
              && in.array()[start + 11] == 'G'
              && in.array()[start + 14] == 'B';
    }

    private void application(int kind, int start, int end) {
      if (kind == APPLICATION_0 && isNamed(JFIF, start, end)) {
        jfif = true;
      } else if (kind == APPLICATION_1 && orientation == 0 && isNamed(EXIF, start, end)) {
        orientation = ExifOrientation.of(Arrays.copyOfRange(in.array(), start + EXIF.length, end));
      } else if (kind == APPLICATION_14
          && isNamed(ADOBE, start, end)
          && end > start + ADOBE_TRANSFORM) {
        adobe = in.array()[start + ADOBE_TRANSFORM] & 0xff;
      }
    }

    private boolean isNamed(byte[] name, int start, int end) {
      return end - start >= name.length
          && Arrays.equals(in.array(), start, start + name.length, name, 0, name.length);
    }

    private JpegFile finished(int marker) throws InvalidImageException {
      if (scans == 0) {
        throw in.unexpected(marker - 1L, "image data", "the end of the image");
      }
      return new JpegFile(
          Arrays.copyOf(kept, keptBytes),
          colours(),
          scans,
          orientation == 0 ? ExifOrientation.UPRIGHT : orientation);
    }

    /** As libjpeg guesses: by JFIF, by Adobe's marker, by the components' names. */
    private Colours colours() {
      if (components == 1) {
        return Colours.GREY;
      }
      if (components == Colours.CMYK.components()) {
        return adobe == ADOBE_YCCK ? Colours.YCCK : Colours.CMYK;
      }
      if (jfif) {
        return Colours.YCBCR;
      }
      boolean rgb = adobe == NO_ADOBE ? namedRgb : adobe == 0;
      return rgb ? Colours.RGB : Colours.YCBCR;
    }

    private void keep(int from, int to) {
      System.arraycopy(in.array(), from, kept, keptBytes, to - from);
      keptBytes += to - from;
    }
  }
}
