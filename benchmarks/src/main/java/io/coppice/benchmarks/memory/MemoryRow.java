package io.coppice.benchmarks.memory;

/**
 * One row of the table.
 *
 * @param network name in the catalogue
 * @param method Coppice's kind of step, or the peer
 * @param steps steps taken
 * @param earlyRssMiB resident size after a tenth of the steps
 * @param finalRssMiB resident size after all steps
 * @param peakRssMiB largest resident size
 * @param overPyTorch peak over the smaller of PyTorch's two
 */
record MemoryRow(
    String network,
    String method,
    int steps,
    double earlyRssMiB,
    double finalRssMiB,
    double peakRssMiB,
    double overPyTorch) {}
