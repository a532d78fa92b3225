package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {

  @Test
  void versionDirectoryAndProduct_aLibraryInOrder_areTold() throws IOException {
    assertThat(NativeLibrary.version()).matches("3\\.\\d+\\.\\d+");
    assertThat(NativeLibrary.directory()).isDirectory();
    assertThat(NativeLibrary.multiply(3, -0.5f)).isEqualTo(-1.5f);
  }
}
