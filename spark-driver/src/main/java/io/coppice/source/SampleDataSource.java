package io.coppice.source;

import io.coppice.data.DataSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The sample of Fashion-MNIST that ships in the jar: 6,000 training and 1,000 test images, equal
 * numbers of each class.
 */
final class SampleDataSource implements DataSource {

  private static final String DIRECTORY = "/io/coppice/sample/fashion-mnist/";

  @Override
  public boolean exists(String name) {
    return name.isEmpty() || SampleDataSource.class.getResource(DIRECTORY + name) != null;
  }

  @Override
  public InputStream open(String name) throws IOException {
    InputStream in = SampleDataSource.class.getResourceAsStream(DIRECTORY + name);
    if (in == null) {
      throw new FileNotFoundException(locate(name));
    }
    return in;
  }

  @Override
  public String locate(String name) {
    return "the sample of Fashion-MNIST" + (name.isEmpty() ? "" : ", " + name);
  }
}
