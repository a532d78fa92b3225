package io.coppice.source;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Image files that tests make. */
public final class GeneratedImages {

  private GeneratedImages() {}

  /** A square of noise, in a format such as {@code png}. */
  public static byte[] noise(String format, int side, long seed) throws IOException {
    Random random = new Random(seed);
    return file(format, side, side, (x, y) -> random.nextInt(1 << 24));
  }

  /** A picture of smooth colours, which are others for every seed. */
  public static byte[] smooth(String format, int height, int width, long seed) throws IOException {
    Random random = new Random(seed);
    double[] waves = random.doubles(6, 0.02, 0.3).toArray();
    return file(
        format,
        height,
        width,
        (x, y) -> {
          int colour = 0;
          for (int channel = 0; channel < 3; channel++) {
            double wave = Math.sin(waves[2 * channel] * x + waves[2 * channel + 1] * y);
            colour = colour << Byte.SIZE | (int) (127.5 * (1 + wave));
          }
          return colour;
        });
  }

  private interface Colours {
    int at(int x, int y);
  }

  private static byte[] file(String format, int height, int width, Colours colours)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, colours.at(i % width, i / width));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }
}
