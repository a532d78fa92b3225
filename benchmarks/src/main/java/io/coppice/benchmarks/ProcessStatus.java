package io.coppice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of a process that runs. */
public final class ProcessStatus {

  private ProcessStatus() {}

  /**
   * A memory figure in MiB.
   *
   * @param process its number
   * @param name of the figure, such as {@code VmHWM}
   */
  public static double mib(long process, String name) throws IOException {
    Path status = Path.of("/proc/" + process + "/status");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name + ":")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException(status + " does not tell " + name);
  }
}
