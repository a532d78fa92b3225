package io.coppice.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Encoded images for tests: by the Java runtime's writers, and by hand what those do not write. */
final class ImageFiles {

  private ImageFiles() {}

  /** Colours that change over the image, with some noise. */
  static BufferedImage picture(int height, int width, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(7);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / width;
        int green = 255 * y / height;
        int blue = 100 + random.nextInt(60);
        image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  static BufferedImage picture(int height, int width) {
    return picture(height, width, BufferedImage.TYPE_INT_RGB);
  }

  /** Grey with the samples as they are given, of 8 or 16 bits. */
  static BufferedImage grey(int type, int height, int width, int... samples) {
    BufferedImage image = new BufferedImage(width, height, type);
    image.getRaster().setPixels(0, 0, width, height, samples);
    return image;
  }

  static byte[] written(String format, BufferedImage image) {
    return written(format, new IIOImage(image, null, null), false, null);
  }

  static byte[] progressive(String format, BufferedImage image) {
    return written(format, new IIOImage(image, null, null), true, null);
  }

  static byte[] packedBmp(BufferedImage image, String compression) {
    return written("bmp", new IIOImage(image, null, null), false, compression);
  }

  /** A JPEG of four components side by side, without any marker that tells what they are. */
  static byte[] fourComponents(int height, int width, int... samples) {
    WritableRaster raster = Raster.createInterleavedRaster(0, width, height, 4, null);
    raster.setPixels(0, 0, width, height, samples);
    return written("jpeg", new IIOImage(raster, null, null), false, null);
  }

  private static byte[] written(
      String format, IIOImage image, boolean progressive, @Nullable String compression) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      if (compression != null) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionType(compression);
      }
      writer.setOutput(out);
      writer.write(null, image, param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A JPEG with one more segment behind its start. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + data.length);
    file.put(jpeg, 0, 2).put((byte) 0xff).put((byte) marker).putShort((short) (data.length + 2));
    return file.put(data).put(jpeg, 2, jpeg.length - 2).array();
  }

  static byte[] adobe(byte[] jpeg, int transform) {
    byte[] data = new byte[12];
    System.arraycopy("Adobe".getBytes(StandardCharsets.US_ASCII), 0, data, 0, 5);
    data[6] = 100;
    data[11] = (byte) transform;
    return withSegment(jpeg, 0xee, data);
  }

  /** A TIFF header with a width and an orientation. */
  static byte[] exif(ByteOrder order, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(8 + 2 + 24 + 4).order(order);
    exif.put(order == ByteOrder.BIG_ENDIAN ? new byte[] {'M', 'M'} : new byte[] {'I', 'I'});
    exif.putShort((short) 42).putInt(8).putShort((short) 2);
    exif.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(4711);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    return exif.array();
  }

  static byte[] oriented(byte[] jpeg, ByteOrder order, int orientation) {
    byte[] exif = exif(order, orientation);
    byte[] data = new byte[6 + exif.length];
    System.arraycopy("Exif".getBytes(StandardCharsets.US_ASCII), 0, data, 0, 4);
    System.arraycopy(exif, 0, data, 6, exif.length);
    return withSegment(jpeg, 0xe1, data);
  }

  /** A chunk of a PNG. */
  record Chunk(String type, byte[] data) {}

  /**
   * A PNG by hand.
   *
   * @param rows each with its filter's byte before it
   */
  static byte[] png(
      int height, int width, int bits, int colourType, byte[] rows, Chunk... beforeData) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) bits).put((byte) colourType);
    writeChunk(file, new Chunk("IHDR", header.array()));
    for (Chunk chunk : beforeData) {
      writeChunk(file, chunk);
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writeChunk(file, new Chunk("IDAT", packed.toByteArray()));
    writeChunk(file, new Chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static void writeChunk(ByteArrayOutputStream file, Chunk chunk) {
    byte[] type = chunk.type().getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(chunk.data());
    file.writeBytes(ByteBuffer.allocate(4).putInt(chunk.data().length).array());
    file.writeBytes(type);
    file.writeBytes(chunk.data());
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /**
   * A BMP by hand, with a header of 124 bytes.
   *
   * @param height negative: the first row is the topmost one
   */
  static byte[] bmp(int height, int width, int bits, int packing, int[] masks, byte[] pixels) {
    ByteBuffer file = ByteBuffer.allocate(14 + 124 + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(14 + 124);
    file.putInt(124).putInt(width).putInt(height).putShort((short) 1).putShort((short) bits);
    file.putInt(packing).putInt(pixels.length).putInt(0).putInt(0).putInt(0).putInt(0);
    for (int mask : masks) {
      file.putInt(mask);
    }
    file.position(14 + 124);
    return file.put(pixels).array();
  }

  /** One small file of every sort that can be read, by name. */
  static Map<String, byte[]> samples() {
    Map<String, byte[]> files = new TreeMap<>();
    BufferedImage colour = picture(9, 11);
    files.put("jpeg", written("jpeg", colour));
    files.put("jpeg progressive", progressive("jpeg", colour));
    files.put(
        "jpeg grey", written("jpeg", grey(BufferedImage.TYPE_BYTE_GRAY, 2, 2, 0, 90, 200, 255)));
    int[] inks = new int[4 * 64];
    for (int i = 0; i < inks.length; i++) {
      inks[i] = i;
    }
    files.put("jpeg cmyk", adobe(fourComponents(8, 8, inks), 0));
    files.put("jpeg ycck", adobe(fourComponents(8, 8, inks), 2));
    files.put("jpeg exif", oriented(written("jpeg", colour), ByteOrder.BIG_ENDIAN, 6));
    files.put("png", written("png", colour));
    files.put("png interlaced", progressive("png", colour));
    files.put("png alpha", written("png", picture(5, 7, BufferedImage.TYPE_INT_ARGB)));
    files.put(
        "png 16 bits",
        written("png", grey(BufferedImage.TYPE_USHORT_GRAY, 2, 2, 0, 1, 300, 65535)));
    files.put("png palette", written("png", picture(5, 7, BufferedImage.TYPE_BYTE_INDEXED)));
    files.put("png 1 bit", written("png", picture(5, 7, BufferedImage.TYPE_BYTE_BINARY)));
    files.put("bmp", written("bmp", picture(5, 7, BufferedImage.TYPE_INT_RGB)));
    files.put("bmp runs", packedBmp(picture(5, 7, BufferedImage.TYPE_BYTE_INDEXED), "BI_RLE8"));
    files.put("gif", written("gif", picture(5, 7, BufferedImage.TYPE_BYTE_INDEXED)));
    return files;
  }
}
