package io.coppice.data;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Files made by a test. */
final class MemoryDataSource implements DataSource {

  private final Map<String, byte[]> files = new HashMap<>();

  private int open;

  MemoryDataSource put(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  @Override
  public boolean exists(String name) {
    return files.containsKey(name);
  }

  @Override
  public InputStream open(String name) throws IOException {
    byte[] content = files.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    open++;
    return new ByteArrayInputStream(content) {
      @Override
      public void close() {
        open--;
      }
    };
  }

  /** Streams that nobody has closed. */
  int open() {
    return open;
  }

  @Override
  public String locate(String name) {
    return "/data/" + name;
  }
}
