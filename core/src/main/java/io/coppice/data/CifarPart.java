package io.coppice.data;

import java.io.IOException;

/**
 * A file of CIFAR-10 or CIFAR-100.
 *
 * @param variant which of the two
 * @param name of the file
 */
public record CifarPart(CifarReader.Variant variant, String name) implements FilePart {

  @Override
  public ImageReader open(DataSource source) throws IOException {
    return new CifarReader(source, this);
  }
}
