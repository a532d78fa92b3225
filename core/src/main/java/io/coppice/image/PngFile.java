package io.coppice.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A PNG file, checked from its signature to its last chunk with their checksums. What follows the
 * last chunk does not matter.
 *
 * @param image the file with the chunks that make pixels alone
 * @param orientation how EXIF says that the picture lies, 1 to 8
 */
record PngFile(byte[] image, int orientation) {

  private static final int SIGNATURE_BYTES = 8;
  // A chunk is its length, its type, its data and a checksum of type and data.
  private static final int TYPE = 4;
  private static final int DATA = 8;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEADER_BYTES = 13;
  private static final int ANCILLARY = 0x20;

  /**
   * Reads the structure of a file.
   *
   * @throws InvalidImageException if it departs from the format or ends early
   */
  static PngFile parse(byte[] file) throws InvalidImageException {
    ImageBytes in = new ImageBytes(file, ImageFormat.PNG);
    byte[] kept = Arrays.copyOf(file, file.length);
    int keptBytes = SIGNATURE_BYTES;
    int orientation = ExifOrientation.UPRIGHT;
    boolean data = false;
    int at = SIGNATURE_BYTES;
    while (true) {
      long length = in.big32(at, "the head of a chunk");
      in.require(at + (long) DATA, "the head of a chunk");
      String type = new String(file, at + TYPE, 4, StandardCharsets.ISO_8859_1);
      in.require(at + DATA + length + CHECKSUM_BYTES, "its chunk " + type);
      int end = at + DATA + (int) length;
      if (type.equals("IHDR") != (at == SIGNATURE_BYTES)) {
        throw in.unexpected(at, "one chunk IHDR, the first one", type);
      }
      switch (type) {
        case "IHDR" -> {
          if (length != HEADER_BYTES) {
            throw in.unexpected(at, "a chunk IHDR of 13 bytes", "" + length);
          }
          in.requireSize(
              in.big32(at + DATA + 4, "its chunk IHDR"), in.big32(at + DATA, "its chunk IHDR"));
        }
        case "eXIf" -> orientation = ExifOrientation.of(Arrays.copyOfRange(file, at + DATA, end));
        case "IDAT" -> data = true;
        case "IEND" -> {
          if (!data) {
            throw in.unexpected(at, "a chunk IDAT", "the end of the image");
          }
        }
        case "PLTE", "tRNS" -> {}
        default -> {
          if ((type.charAt(0) & ANCILLARY) == 0) {
            throw in.unexpected(at, "a chunk of the PNG standard", type);
          }
        }
      }
      if (makesPixels(type)) {
        requireChecksum(in, type, at + TYPE, end);
        System.arraycopy(file, at, kept, keptBytes, end + CHECKSUM_BYTES - at);
        keptBytes += end + CHECKSUM_BYTES - at;
      }
      if (type.equals("IEND")) {
        return new PngFile(Arrays.copyOf(kept, keptBytes), orientation);
      }
      at = end + CHECKSUM_BYTES;
    }
  }

  private static boolean makesPixels(String type) {
    return (type.charAt(0) & ANCILLARY) == 0 || type.equals("tRNS");
  }

  private static void requireChecksum(ImageBytes in, String type, int from, int to)
      throws InvalidImageException {
    CRC32 crc = new CRC32();
    crc.update(in.array(), from, to - from);
    long found = in.big32(to, "a checksum");
    if (crc.getValue() != found) {
      throw in.unexpected(
          to,
          String.format("0x%08x, the checksum of its chunk %s", crc.getValue(), type),
          String.format("0x%08x", found));
    }
  }
}
