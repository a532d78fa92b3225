package io.coppice.data;

import java.io.IOException;

/**
 * Consecutive images of an IDX file.
 *
 * @param images name of the file of images
 * @param labels name of the file of labels
 * @param first number of the first image
 * @param count number of images
 * @param classes which labels lie below
 */
public record IdxPart(String images, String labels, int first, int count, int classes)
    implements FilePart {

  @Override
  public ImageReader open(DataSource source) throws IOException {
    return new IdxReader(source, this);
  }
}
