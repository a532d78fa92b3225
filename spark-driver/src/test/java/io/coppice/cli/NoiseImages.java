package io.coppice.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;

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

  private static void write(Opener opener, String part, int images, long seed) throws IOException {
    Random random = new Random(seed);
    try (DataOutputStream pixels = new DataOutputStream(opener.open(part + "-images-idx3-ubyte"));
        DataOutputStream labels = new DataOutputStream(opener.open(part + "-labels-idx1-ubyte"))) {
      pixels.writeInt(0x803);
      pixels.writeInt(images);
      pixels.writeInt(SIDE);
      pixels.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(images);
      for (int image = 0; image < images; image++) {
        int label = image % CLASSES;
        labels.writeByte(label);
        for (int i = 0; i < SIDE * SIDE; i++) {
          pixels.writeByte(random.nextInt(80) + 80 * label);
        }
      }
    }
  }
}
