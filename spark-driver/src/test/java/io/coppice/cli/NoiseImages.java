package io.coppice.cli;

import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A data set in the IDX format that is trained in no time: noise, brighter where the class is
 * larger.
 */
public final class NoiseImages {

  /** Classes of the images. */
  public static final int CLASSES = 3;

  /** Images that are trained on. */
  public static final int TRAIN_IMAGES = 120;

  /** Images that are tested with. */
  public static final int TEST_IMAGES = 50;

  private static final int SIDE = 8;

  private NoiseImages() {}

  /** Opens a file of the data set. */
  public interface Opener {
    OutputStream open(String file) throws IOException;
  }

  /** Writes the files. */
  public static void writeDataSet(Opener opener) throws IOException {
    write(opener, "train", TRAIN_IMAGES, 1);
    write(opener, "t10k", TEST_IMAGES, 2);
  }

  /** Writes colour JPEGs, larger than the data set's images, in a folder for each class. */
  public static void writeFolders(Opener opener) throws IOException {
    Random random = new Random(3);
    for (int image = 0; image < TRAIN_IMAGES + TEST_IMAGES; image++) {
      int label = image % CLASSES;
      BufferedImage noise = new BufferedImage(SIDE + 5, SIDE + 3, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < noise.getHeight(); y++) {
        for (int x = 0; x < noise.getWidth(); x++) {
          int red = random.nextInt(80) + 80 * label;
          noise.setRGB(x, y, red << 16 | (255 - red) << 8 | random.nextInt(256));
        }
      }
      String file =
          String.format(
              Locale.ROOT, "%s/%d/%03d.jpg", image < TRAIN_IMAGES ? "train" : "test", label, image);
      try (OutputStream out = opener.open(file)) {
        ImageIO.write(noise, "jpeg", out);
      }
    }
  }

  /** Writes the images of the data set as grey PNGs in a folder for each class. */
  public static void writeGreyFolders(Opener opener) throws IOException {
    forEach(
        TRAIN_IMAGES,
        1,
        (image, label, pixels) -> writeGrey(opener, "train", image, label, pixels));
    forEach(
        TEST_IMAGES, 2, (image, label, pixels) -> writeGrey(opener, "test", image, label, pixels));
  }

  private static void writeGrey(Opener opener, String set, int image, int label, byte[] pixels)
      throws IOException {
    BufferedImage grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    try (OutputStream out =
        opener.open(String.format(Locale.ROOT, "%s/%d/%03d.png", set, label, image))) {
      ImageIO.write(grey, "png", out);
    }
  }

  /** Opens files below a local directory. */
  public static Opener in(Path directory) {
    return file -> {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      return Files.newOutputStream(path);
    };
  }

  private static void write(Opener opener, String part, int images, long seed) throws IOException {
    try (DataOutputStream pixels = new DataOutputStream(opener.open(part + "-images-idx3-ubyte"));
        DataOutputStream labels = new DataOutputStream(opener.open(part + "-labels-idx1-ubyte"))) {
      pixels.writeInt(0x803);
      pixels.writeInt(images);
      pixels.writeInt(SIDE);
      pixels.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(images);
      forEach(
          images,
          seed,
          (image, label, noise) -> {
            labels.writeByte(label);
            pixels.write(noise);
          });
    }
  }

  private interface Use {
    void accept(int image, int label, byte[] pixels) throws IOException;
  }

  private static void forEach(int images, long seed, Use use) throws IOException {
    Random random = new Random(seed);
    for (int image = 0; image < images; image++) {
      int label = image % CLASSES;
      byte[] pixels = new byte[SIDE * SIDE];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (random.nextInt(80) + 80 * label);
      }
      use.accept(image, label, pixels);
    }
  }
}
