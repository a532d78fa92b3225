package io.coppice.benchmarks.step;

import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.contest.CoppiceContestant;
import io.coppice.benchmarks.contest.Engine;
import io.coppice.compact.NetworkCost;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table of a finished run, as text and as JSON. */
final class StepTable {

  /** Forward and backward cost 3 units, and a forward pass on top of them 1. */
  private static final double PAIRED_UNITS_OVER_DENSE = 4.0 / 3;

  /** A backward pass costs two forward passes. */
  private static final double FORWARD_PASSES_OF_A_DENSE_STEP = 3;

  private static final String OTHER = "other";

  private final String network;
  private final int batch;
  private final List<StepRow> rows = new ArrayList<>();
  private final List<StepRow> peers = new ArrayList<>();
  private final Map<String, Double> peerImagesPerSecond = new TreeMap<>();
  private final double denseSeconds;
  private final double denseFlopsOfAStep;
  private double peakGflops;

  /**
   * @param entries Coppice's dense step first
   */
  StepTable(String network, int batch, List<Entry> entries) {
    this.network = network;
    this.batch = batch;
    this.denseSeconds = entries.get(0).meanSeconds();
    Network dense = entries.get(0).job().toNetwork();
    this.denseFlopsOfAStep =
        FORWARD_PASSES_OF_A_DENSE_STEP
            * batch
            * NetworkCost.flops(dense).cost(Mask.full(dense.groupChannels()));
    for (Entry entry : entries) {
      switch (entry.engine()) {
        case COPPICE -> {}
        case MACHINE_PEAK ->
            peakGflops =
                entry.totals().getOrDefault("flopsPerStep", Double.NaN) / entry.quantile(0.5) / 1e9;
        case PYTORCH, DL4J, DL4J_SPARK -> {
          String peer = entry.name().split(" ", 2)[0];
          peerImagesPerSecond.merge(peer, batch / entry.quantile(0.5), Math::max);
        }
      }
    }
    for (Entry entry : entries) {
      if (entry.engine() == Engine.COPPICE) {
        rows.add(row(entry));
      } else if (entry.engine() != Engine.MACHINE_PEAK) {
        peers.add(row(entry));
      }
    }
  }

  private StepRow row(Entry entry) {
    double flopsRatio = entry.mean("flopsRatio");
    boolean paired =
        entry.engine() == Engine.COPPICE && !entry.job().variant().equals(CoppiceContestant.DENSE);
    double theoretical = paired ? 1 / (PAIRED_UNITS_OVER_DENSE * flopsRatio) : 1;
    double imagesPerSecond = batch / entry.quantile(0.5);
    double measured = denseSeconds / entry.meanSeconds();
    Map<String, Double> speedupOver = new TreeMap<>();
    peerImagesPerSecond.forEach((peer, rate) -> speedupOver.put(peer, imagesPerSecond / rate));
    return new StepRow(
        network,
        entry.name(),
        batch,
        entry.mean("remaining"),
        flopsRatio,
        entry.mean("storedFlopsRatio"),
        imagesPerSecond,
        (entry.quantile(0.75) - entry.quantile(0.25)) / 2 / entry.quantile(0.5),
        denseFlopsOfAStep / theoretical / entry.meanSeconds() / 1e9,
        theoretical,
        measured,
        measured / theoretical,
        entry.peakRssMiB(),
        milliseconds(entry),
        entry.kernelCache(),
        speedupOver);
  }

  private static Map<String, Double> milliseconds(Entry entry) {
    Map<String, Double> milliseconds = new LinkedHashMap<>();
    if (entry.engine() == Engine.COPPICE) {
      double rest = 1e3 * entry.meanSeconds();
      for (Map.Entry<String, Double> total : new TreeMap<>(entry.totals()).entrySet()) {
        double mean = total.getValue() / entry.steps();
        milliseconds.put(total.getKey(), mean);
        rest -= mean;
      }
      milliseconds.put(OTHER, rest);
    }
    return milliseconds;
  }

  void print(PrintStream out) {
    out.printf(Locale.ROOT, "matrix product on all cores: %.0f GFLOP/s%n%n", peakGflops);
    out.printf(
        "%-22s %9s %6s %6s %8s %6s %8s %11s %8s %10s %8s",
        "step",
        "remaining",
        "FLOPs",
        "stored",
        "images/s",
        "spread",
        "GFLOP/s",
        "theoretical",
        "measured",
        "efficiency",
        "peak RSS");
    peerImagesPerSecond.keySet().forEach(peer -> out.printf(" %10s", "x " + peer));
    out.println();
    for (List<StepRow> part : List.of(rows, peers)) {
      for (StepRow row : part) {
        out.printf(
            Locale.ROOT,
            "%-22s %9.2f %6.3f %6.3f %8.1f %5.0f%% %8.0f %10.2fx %7.2fx %10.2f %4.0f MiB",
            row.method(),
            row.remaining(),
            row.flopsRatio(),
            row.storedFlopsRatio(),
            row.imagesPerSecond(),
            100 * row.spread(),
            row.gflops(),
            row.theoreticalSpeedup(),
            row.measuredSpeedup(),
            row.efficiency(),
            row.peakRssMiB());
        row.speedupOver().values().forEach(x -> out.printf(Locale.ROOT, " %9.2fx", x));
        out.println();
      }
    }
    printSplit(out);
    printCache(out);
  }

  private void printSplit(PrintStream out) {
    out.printf("%nmilliseconds of a step");
    rows.forEach(
        row ->
            out.printf(
                Locale.ROOT, " %11s", shortName(row.method()) + " " + percent(row.flopsRatio())));
    out.println();
    for (String activity : rows.get(0).milliseconds().keySet()) {
      out.printf("  %-30s", activity);
      rows.forEach(
          row ->
              out.printf(
                  Locale.ROOT, " %11.2f", row.milliseconds().getOrDefault(activity, Double.NaN)));
      out.println();
    }
  }

  private void printCache(PrintStream out) {
    out.printf("%nkernels of one thread%n");
    for (StepRow row : rows) {
      double hits = row.kernelCache().getOrDefault("hits", Double.NaN);
      double misses = row.kernelCache().getOrDefault("misses", Double.NaN);
      out.printf(
          Locale.ROOT,
          "  %-22s %5.0f shapes, %.1f%% of the requests met a kernel that was there%n",
          row.method() + " " + percent(row.flopsRatio()),
          row.kernelCache().getOrDefault("shapes", Double.NaN),
          100 * hits / (hits + misses));
    }
  }

  private static String shortName(String method) {
    return method.replace("paired-", "");
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.0f%%", 100 * ratio);
  }

  void write(File file) throws IOException {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("peakGflops", peakGflops);
    parts.put("rows", rows);
    parts.put("peers", peers);
    JsonTable.write(file, parts);
  }
}
