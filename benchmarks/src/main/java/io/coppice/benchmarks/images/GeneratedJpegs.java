package io.coppice.benchmarks.images;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Makes a folder of JPEG files: waves of colours and some noise, which gives files of photos'
 * sizes.
 */
final class GeneratedJpegs {

  private static final int CLASSES = 2;
  private static final int COLOURS = 3;
  private static final double NOISE = 12;

  private GeneratedJpegs() {}

  /**
   * Makes training and test images of two classes.
   *
   * @return mean bytes of a file
   */
  static double make(Path directory, int train, int test, int height, int width)
      throws IOException {
    long bytes = 0;
    for (int i = 0; i < train + test; i++) {
      Path folder = directory.resolve(i < train ? "train" : "test").resolve("c" + i % CLASSES);
      Files.createDirectories(folder);
      Path file = folder.resolve(i + ".jpg");
      ImageIO.write(image(height, width, i), "jpeg", file.toFile());
      bytes += Files.size(file);
    }
    return (double) bytes / (train + test);
  }

  private static BufferedImage image(int height, int width, long seed) {
    Random random = new Random(seed);
    double[] waves = random.doubles(2 * COLOURS, 0.01, 0.2).toArray();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double noise = NOISE * random.nextGaussian();
        int colour = 0;
        for (int channel = 0; channel < COLOURS; channel++) {
          double wave = Math.sin(waves[2 * channel] * x + waves[2 * channel + 1] * y);
          int value = (int) Math.max(0, Math.min(255, 127.5 + 100 * wave + noise));
          colour = colour << Byte.SIZE | value;
        }
        image.setRGB(x, y, colour);
      }
    }
    return image;
  }
}
