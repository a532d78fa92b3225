package io.coppice.storage;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class LocalFileSystemTest extends FileSystemContract {

  @TempDir Path directory;

  @Override
  String base() {
    return directory.toUri().toString();
  }

  @Override
  Map<String, String> properties() {
    return Map.of();
  }
}
