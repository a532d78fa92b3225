package io.coppice.benchmarks.data;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Makes a folder of colour JPEGs for each class of CIFAR-10's binary files, and broken files beside
 * them where that is wanted.
 *
 * <p>Run by {@code benchmarks/data/make-jpeg-folder DIR OUT [--quality Q] [--broken N]}.
 */
public final class JpegFolder {

  private static final int SIDE = 32;
  private static final int AREA = SIDE * SIDE;
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final List<String> TRAIN_FILES =
      IntStream.rangeClosed(1, 5).mapToObj(batch -> "data_batch_" + batch + ".bin").toList();

  private final Path out;
  private final ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
  private final ImageWriteParam settings = writer.getDefaultWriteParam();
  private int brokenLeft;
  private int images;

  private JpegFolder(Path out, float quality, int broken) {
    this.out = out;
    this.brokenLeft = broken;
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality);
  }

  /**
   * Arguments: the directory of the binary files, that of the folders, which is to be new or empty,
   * the JPEGs' quality in (0, 1], and how many broken files to add to the training images.
   */
  public static void main(String[] arguments) throws IOException {
    float quality = 0.95f;
    int broken = 0;
    try {
      for (int i = 2; i < arguments.length; i += 2) {
        switch (arguments[i]) {
          case "--quality" -> quality = Float.parseFloat(arguments[i + 1]);
          case "--broken" -> broken = Integer.parseInt(arguments[i + 1]);
          default -> throw new IllegalArgumentException(arguments[i]);
        }
      }
      if (arguments.length < 2 || quality <= 0 || quality > 1 || broken < 0) {
        throw new IllegalArgumentException(Arrays.toString(arguments));
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("usage: make-jpeg-folder DIR OUT [--quality 0.95] [--broken 0]");
      System.exit(2);
    }
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    if (Files.exists(to) && !isEmpty(to)) {
      System.err.println("make-jpeg-folder: " + to + " is not empty");
      System.exit(2);
    }
    JpegFolder folder = new JpegFolder(to, quality, broken);
    for (String file : TRAIN_FILES) {
      folder.convert(from.resolve(file), "train");
    }
    folder.convert(from.resolve("test_batch.bin"), "test");
    System.out.println(folder.images + " images and " + broken + " broken files in " + to);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private void convert(Path binary, String set) throws IOException {
    for (String name : CLASSES) {
      Files.createDirectories(out.resolve(set).resolve(name));
    }
    String part = binary.getFileName().toString().replace(".bin", "");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(binary))) {
      byte[] pixels = new byte[3 * AREA];
      int label = in.read();
      for (int number = 0; label >= 0; number++, label = in.read()) {
        if (label >= CLASSES.size() || in.readNBytes(pixels, 0, pixels.length) < pixels.length) {
          throw new IOException(binary + ": record " + number + " is not one of CIFAR-10");
        }
        Path folder = out.resolve(set).resolve(CLASSES.get(label));
        String name = String.format(Locale.ROOT, "%s-%05d", part, number);
        byte[] jpeg = jpeg(pixels);
        Files.write(folder.resolve(name + ".jpg"), jpeg);
        images++;
        if (brokenLeft > 0) {
          Files.write(folder.resolve(name + "-broken.jpg"), broken(jpeg));
          brokenLeft--;
        }
      }
    }
  }

  private byte[] jpeg(byte[] pixels) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < AREA; i++) {
      int rgb =
          (pixels[i] & 0xff) << 16 | (pixels[AREA + i] & 0xff) << 8 | (pixels[2 * AREA + i] & 0xff);
      image.setRGB(i % SIDE, i / SIDE, rgb);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    }
    return bytes.toByteArray();
  }

  /** In turn: nothing, half of a file, and what is no image at all. */
  private byte[] broken(byte[] jpeg) {
    return switch (brokenLeft % 3) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(jpeg, jpeg.length / 2);
      default -> "no image\n".getBytes(StandardCharsets.UTF_8);
    };
  }
}
