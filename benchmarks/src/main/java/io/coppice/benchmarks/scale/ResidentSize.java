package io.coppice.benchmarks.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has had of the machine's memory, as Linux tells it.
 *
 * @param peakMiB the most that was resident at once, mapped files included
 * @param ownMiB what is resident now of memory that no file stands behind
 */
record ResidentSize(double peakMiB, double ownMiB) {

  /** Of a process that runs. */
  static ResidentSize of(long process) throws IOException {
    Path status = Path.of("/proc/" + process + "/status");
    return new ResidentSize(mib(status, "VmHWM:"), mib(status, "RssAnon:"));
  }

  private static double mib(Path status, String name) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException(status + " does not tell " + name);
  }
}
