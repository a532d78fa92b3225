package io.coppice.benchmarks.data;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Draws the sample of Fashion-MNIST that ships with Coppice: the first 600 training and the first
 * 100 test images of each of the 10 classes, in the order of the published files.
 *
 * <p>Run by {@code benchmarks/data/sample-fashion-mnist DIR OUT}.
 */
public final class FashionMnistSample {

  private static final int CLASSES = 10;
  private static final int TRAIN_PER_CLASS = 600;
  private static final int TEST_PER_CLASS = 100;
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  private FashionMnistSample() {}

  /**
   * Arguments: the directory of the four published files, and the directory to write the sample's
   * to.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: sample-fashion-mnist DIR OUT");
      System.exit(2);
    }
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    Files.createDirectories(to);
    draw(from, to, "train", TRAIN_PER_CLASS);
    draw(from, to, "t10k", TEST_PER_CLASS);
  }

  private static void draw(Path from, Path to, String part, int perClass) throws IOException {
    byte[] labels;
    try (DataInputStream in = open(from.resolve(part + "-labels-idx1-ubyte.gz"))) {
      require(in.readInt() == LABELS_MAGIC, part + " labels have a wrong magic number");
      labels = in.readNBytes(in.readInt());
    }
    int[] taken = new int[CLASSES];
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (taken[labels[i]]++ < perClass) {
        chosen.add(i);
      }
    }
    require(chosen.size() == perClass * CLASSES, part + " has too few images of some class");
    try (DataInputStream in = open(from.resolve(part + "-images-idx3-ubyte.gz"));
        DataOutputStream images = create(to.resolve(part + "-images-idx3-ubyte.gz"));
        DataOutputStream sampleLabels = create(to.resolve(part + "-labels-idx1-ubyte.gz"))) {
      require(in.readInt() == IMAGES_MAGIC, part + " images have a wrong magic number");
      require(in.readInt() == labels.length, part + " has unequal numbers of images and labels");
      int rows = in.readInt();
      int columns = in.readInt();
      images.writeInt(IMAGES_MAGIC);
      images.writeInt(chosen.size());
      images.writeInt(rows);
      images.writeInt(columns);
      sampleLabels.writeInt(LABELS_MAGIC);
      sampleLabels.writeInt(chosen.size());
      byte[] image = new byte[rows * columns];
      int next = 0;
      for (int i = 0; i < labels.length && next < chosen.size(); i++) {
        in.readFully(image);
        if (chosen.get(next) == i) {
          images.write(image);
          sampleLabels.writeByte(labels[i]);
          next++;
        }
      }
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return new DataInputStream(new GZIPInputStream(in, 1 << 16));
  }

  private static DataOutputStream create(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new DataOutputStream(
        new GZIPOutputStream(out, 1 << 16) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        });
  }

  private static void require(boolean condition, String message) throws IOException {
    if (!condition) {
      throw new IOException(message);
    }
  }
}
