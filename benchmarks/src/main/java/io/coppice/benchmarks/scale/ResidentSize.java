package io.coppice.benchmarks.scale;

import io.coppice.benchmarks.ProcessStatus;
import java.io.IOException;

/**
 * What a process has had of the machine's memory, as Linux tells it.
 *
 * @param peakMiB the most that was resident at once, mapped files included
 * @param ownMiB what is resident now of memory that no file stands behind
 */
record ResidentSize(double peakMiB, double ownMiB) {

  /** Of a process that runs. */
  static ResidentSize of(long process) throws IOException {
    return new ResidentSize(
        ProcessStatus.mib(process, "VmHWM"), ProcessStatus.mib(process, "RssAnon"));
  }
}
