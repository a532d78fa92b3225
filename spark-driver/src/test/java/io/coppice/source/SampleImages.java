package io.coppice.source;

import io.coppice.data.DataSource;
import io.coppice.data.DatasetFiles;
import io.coppice.data.DatasetFormat;
import io.coppice.data.FilePart;
import io.coppice.data.ImageReader;
import io.coppice.data.ImageSet;
import io.coppice.data.LabelledImage;
import io.coppice.network.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Images of the sample that ships, read in this JVM. */
public final class SampleImages {

  private static final Shape SHAPE = new Shape(1, 28, 28);

  private SampleImages() {}

  /** The first images of the sample. */
  public static MemorySource first(int trainImages, int testImages) throws IOException {
    try (DataSource source = new SampleDataSource()) {
      DatasetFiles files = DatasetFormat.IDX.files(source, 0);
      return new MemorySource(
          SHAPE,
          List.of(),
          first(source, files.train(), trainImages),
          first(source, files.test(), testImages),
          2);
    }
  }

  private static List<SourceImage> first(DataSource source, List<FilePart> parts, int count)
      throws IOException {
    List<SourceImage> images = new ArrayList<>();
    for (FilePart part : parts) {
      try (ImageReader reader = part.open(source)) {
        LabelledImage image = reader.read();
        while (image != null && images.size() < count) {
          images.add(new SourceImage.Readable(image.label(), image.pixels()));
          image = reader.read();
        }
      }
    }
    return images;
  }

  /** The first test images of the sample. */
  public static ImageSet test(int count) throws IOException {
    List<SourceImage> images = first(0, count).test();
    int[] labels = new int[images.size()];
    ByteBuffer pixels = ByteBuffer.allocate(labels.length * SHAPE.size());
    for (int i = 0; i < labels.length; i++) {
      SourceImage.Readable image = (SourceImage.Readable) images.get(i);
      labels[i] = image.label();
      pixels.put(image.pixels());
    }
    return new ImageSet(
        SHAPE.channels(), SHAPE.height(), SHAPE.width(), 10, pixels.array(), labels);
  }
}
