package io.coppice.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Parts of files, read to their end. */
final class ReadImages {

  private ReadImages() {}

  static List<LabelledImage> all(DataSource source, List<? extends FilePart> parts)
      throws IOException {
    List<LabelledImage> images = new ArrayList<>();
    for (FilePart part : parts) {
      try (ImageReader reader = part.open(source)) {
        LabelledImage image = reader.read();
        while (image != null) {
          images.add(image);
          image = reader.read();
        }
      }
    }
    return images;
  }
}
