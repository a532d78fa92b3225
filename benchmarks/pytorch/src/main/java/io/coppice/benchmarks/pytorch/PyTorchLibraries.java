package io.coppice.benchmarks.pytorch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads PyTorch's libraries, one process after the other: some of them name others that are
 * unpacked later, so that a process that loads them while another one unpacks finds half a file,
 * and dies of SIGBUS. JavaCPP's own lock is held for one file at a time.
 */
final class PyTorchLibraries {

  private PyTorchLibraries() {}

  static void load() throws IOException {
    Path lock = Loader.getCacheDir().toPath().resolve("coppice-pytorch.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (held.isValid()) {
        Loader.load(torch.class);
      }
    }
  }
}
