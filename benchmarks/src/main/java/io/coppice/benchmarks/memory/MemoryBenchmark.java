package io.coppice.benchmarks.memory;

import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.benchmarks.contest.ContestantProcess;
import io.coppice.benchmarks.contest.CoppiceContestant;
import io.coppice.benchmarks.contest.Engine;
import io.coppice.benchmarks.contest.Job;
import io.coppice.benchmarks.contest.JobOptions;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Resident memory of whole processes that train: PyTorch dense, Coppice dense and paired with masks
 * drawn anew in every step, one after the other.
 *
 * <p>Run by {@code benchmarks/run memory}.
 */
@Command(
    name = "benchmarks/run memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Resident memory of whole processes that train: PyTorch dense, Coppice dense and paired with changing masks.")
public final class MemoryBenchmark implements Callable<Integer> {

  private static final String PYTORCH = "pytorch ";

  @Mixin private JobOptions options;

  @Option(
      names = "--flops",
      description = "Share of the dense FLOPs that masks keep (default: ${DEFAULT-VALUE}).")
  private double flops = 0.09;

  @Option(names = "--steps", description = "Steps with changing masks (default: ${DEFAULT-VALUE}).")
  private int steps = 2000;

  @Option(
      names = "--dense-steps",
      description = "Steps of the dense ones (default: ${DEFAULT-VALUE}).")
  private int denseSteps = 20;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  MemoryBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MemoryBenchmark()).execute(arguments));
  }

  private record Measured(
      String method, int steps, double earlyRssMiB, double finalRssMiB, double peakRssMiB) {}

  @Override
  public Integer call() throws IOException {
    Job job = options.denseJob(flops, "flops");
    List<Measured> all = new ArrayList<>();
    for (String format : List.of("nchw", "channels-last")) {
      all.add(measure(Engine.PYTORCH, PYTORCH + format, job.withVariant(format), denseSteps));
    }
    all.add(measure(Engine.COPPICE, CoppiceContestant.DENSE, job, denseSteps));
    String resampled = CoppiceContestant.PAIRED_RESAMPLED;
    all.add(measure(Engine.COPPICE, resampled, job.withVariant(resampled), steps));
    List<MemoryRow> rows = rows(job.network(), all);
    print(rows);
    if (json != null) {
      JsonTable.write(json, Map.of("rows", rows));
    }
    return 0;
  }

  private static Measured measure(Engine engine, String method, Job job, int steps)
      throws IOException {
    try (ContestantProcess process = engine.start(method, job)) {
      double early = Double.NaN;
      for (int step = 1; step <= steps; step++) {
        process.ask("step");
        if (step == Math.max(1, steps / 10)) {
          early = process.ask("memory").getOrDefault("rssMiB", Double.NaN);
        }
      }
      Map<String, Double> memory = process.ask("memory");
      return new Measured(
          method,
          steps,
          early,
          memory.getOrDefault("rssMiB", Double.NaN),
          memory.getOrDefault("peakRssMiB", Double.NaN));
    }
  }

  private static List<MemoryRow> rows(String network, List<Measured> all) {
    double pytorch =
        all.stream()
            .filter(measured -> measured.method().startsWith(PYTORCH))
            .mapToDouble(Measured::peakRssMiB)
            .min()
            .orElseThrow();
    return all.stream()
        .map(
            m ->
                new MemoryRow(
                    network,
                    m.method(),
                    m.steps(),
                    m.earlyRssMiB(),
                    m.finalRssMiB(),
                    m.peakRssMiB(),
                    m.peakRssMiB() / pytorch))
        .toList();
  }

  private void print(List<MemoryRow> rows) {
    System.out.printf(
        "%s, %.3f of the FLOPs%n%s%n%n", options.describe(), flops, Machine.describe());
    System.out.printf(
        "%-22s %7s %18s %14s %10s %10s%n",
        "step", "steps", "RSS after a tenth", "RSS at the end", "peak RSS", "x pytorch");
    for (MemoryRow row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-22s %7d %14.0f MiB %10.0f MiB %6.0f MiB %9.2fx%n",
          row.method(),
          row.steps(),
          row.earlyRssMiB(),
          row.finalRssMiB(),
          row.peakRssMiB(),
          row.overPyTorch());
    }
  }
}
