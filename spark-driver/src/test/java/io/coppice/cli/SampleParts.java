package io.coppice.cli;

import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import io.coppice.source.SourceImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Parts of the sample that ships as data sets of their own, in the IDX format. */
final class SampleParts {

  private static final int PART = 2000;
  private static final int PARTS = 3;
  private static final int TEST_IMAGES = 1000;

  private SampleParts() {}

  /**
   * Writes a part of the training images, and all test images.
   *
   * @param part from 0 to 2
   * @param labels gives the training images other labels
   */
  static void write(Path directory, int part, IntUnaryOperator labels) throws IOException {
    MemorySource sample = SampleImages.first(PART * PARTS, TEST_IMAGES);
    write(directory, "train", sample.train().subList(PART * part, PART * (part + 1)), labels);
    write(directory, "t10k", sample.test(), label -> label);
  }

  private static void write(
      Path directory, String set, List<SourceImage> images, IntUnaryOperator labelOf)
      throws IOException {
    NoiseImages.Opener opener = NoiseImages.in(directory);
    try (DataOutputStream pixels = new DataOutputStream(opener.open(set + "-images-idx3-ubyte"));
        DataOutputStream labels = new DataOutputStream(opener.open(set + "-labels-idx1-ubyte"))) {
      pixels.writeInt(0x803);
      pixels.writeInt(images.size());
      pixels.writeInt(28);
      pixels.writeInt(28);
      labels.writeInt(0x801);
      labels.writeInt(images.size());
      for (SourceImage image : images) {
        SourceImage.Readable readable = (SourceImage.Readable) image;
        pixels.write(readable.pixels());
        labels.writeByte(labelOf.applyAsInt(readable.label()));
      }
    }
  }
}
