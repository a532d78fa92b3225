package io.coppice.benchmarks.step;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.compact.NetworkCost;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.KernelContext;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StructureSpace;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times dense and paired steps in turn, one single-threaded shard a core, on images of 3x32x32.
 *
 * <p>Run by {@code benchmarks/run step}.
 */
@Command(
    name = "step",
    mixinStandardHelpOptions = true,
    description = "Times dense steps and paired steps in turn, one single-threaded shard a core.")
public final class StepBenchmark implements Callable<Integer> {

  private static final Shape IMAGE = new Shape(3, 32, 32);
  private static final int CLASSES = 10;

  /** Forward and backward cost 3 units, and a forward pass on top of them 1. */
  private static final double PAIRED_UNITS_OVER_DENSE = 4.0 / 3;

  @Option(names = "--network", description = "Name in the catalogue (default: ${DEFAULT-VALUE}).")
  private String networkName = "resnet20";

  @Option(
      names = "--width",
      description = "Factor on all channel counts (default: ${DEFAULT-VALUE}).")
  private double width = 1;

  @Option(
      names = "--flops",
      split = ",",
      description = "Shares of the dense FLOPs to try (default: ${DEFAULT-VALUE}).")
  private List<Double> flopsRatios = List.of(0.36, 0.16);

  @Option(names = "--granularity", description = "Channels a unit (default: ${DEFAULT-VALUE}).")
  private int granularity = 1;

  @Option(
      names = "--batch",
      description = "Images a step over all shards (default: ${DEFAULT-VALUE}).")
  private int batch = 128;

  @Option(names = "--shards", description = "Threads, one shard each (default: ${DEFAULT-VALUE}).")
  private int shards = Runtime.getRuntime().availableProcessors();

  @Option(names = "--steps", description = "Timed steps of each kind (default: ${DEFAULT-VALUE}).")
  private int steps = 15;

  @Option(
      names = "--warm-up",
      description = "Steps of each kind before that (default: ${DEFAULT-VALUE}).")
  private int warmUp = 10;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  StepBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new StepBenchmark()).execute(arguments));
  }

  /** A kind of step, and the times it took. */
  private static final class Kind {
    final String method;
    final @Nullable Double flopsRatio;
    final List<Double> seconds = new ArrayList<>();
    double flopsSum;
    double channelsSum;

    Kind(String method, @Nullable Double flopsRatio) {
      this.method = method;
      this.flopsRatio = flopsRatio;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Network network = NetworkCatalogue.create(networkName, IMAGE, CLASSES, width);
    List<Kind> kinds = new ArrayList<>();
    kinds.add(new Kind("dense", null));
    for (double ratio : flopsRatios) {
      kinds.add(new Kind("paired-fixed", ratio));
      kinds.add(new Kind("paired-resampled", ratio));
    }
    List<StepWorkload> workloads = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(shards);
    try {
      for (int shard = 0; shard < shards; shard++) {
        workloads.add(new StepWorkload(network, batch / shards));
      }
      for (int round = -warmUp; round < steps; round++) {
        for (Kind kind : kinds) {
          time(network, kind, workloads, threads, round);
        }
      }
    } finally {
      threads.shutdownNow();
      workloads.forEach(StepWorkload::close);
    }
    List<StepRow> rows = rows(network, kinds);
    print(rows);
    if (json != null) {
      write(rows, json);
    }
    return 0;
  }

  private void time(
      Network network, Kind kind, List<StepWorkload> workloads, ExecutorService threads, int round)
      throws InterruptedException, ExecutionException {
    Mask trained = Mask.full(network.groupChannels());
    Mask probe = null;
    if (kind.flopsRatio != null) {
      long draw = kind.method.equals("paired-fixed") ? 0 : round + warmUp + 1;
      trained = draw(network, kind.flopsRatio, draw, 0);
      probe = draw(network, kind.flopsRatio, draw, 1);
    }
    Mask first = trained;
    Mask second = probe;
    long start = System.nanoTime();
    List<Future<Long>> pending = new ArrayList<>();
    for (StepWorkload workload : workloads) {
      pending.add(threads.submit(() -> workload.step(first, second)));
    }
    for (Future<Long> future : pending) {
      future.get();
    }
    if (round >= 0) {
      kind.seconds.add((System.nanoTime() - start) / 1e9);
      Mask full = Mask.full(network.groupChannels());
      CostModel flops = NetworkCost.flops(network);
      double mean =
          second == null ? flops.cost(first) : 0.75 * flops.cost(first) + 0.25 * flops.cost(second);
      kind.flopsSum += mean / flops.cost(full);
      kind.channelsSum += (double) first.activeCount() / full.activeCount();
    }
  }

  private Mask draw(Network network, double flopsRatio, long draw, long which) {
    StructureSpace space = new StructureSpace(network.groupChannels(), granularity);
    CostModel flops = NetworkCost.flops(network);
    double limit = flopsRatio * flops.cost(Mask.full(network.groupChannels()));
    double[] s = new BudgetProjection(space, flops).uniform(limit);
    return new MaskSampler(space).draw(s, CounterRandom.of(7, Purpose.STRUCTURE_MASK, draw, which));
  }

  private List<StepRow> rows(Network network, List<Kind> kinds) {
    double denseSeconds = quantile(kinds.get(0).seconds, 0.5);
    List<StepRow> rows = new ArrayList<>();
    for (Kind kind : kinds) {
      double median = quantile(kind.seconds, 0.5);
      double ratio = kind.flopsSum / kind.seconds.size();
      double theoretical = kind.flopsRatio == null ? 1 : 1 / (PAIRED_UNITS_OVER_DENSE * ratio);
      rows.add(
          new StepRow(
              network.name(),
              kind.method,
              batch,
              kind.channelsSum / kind.seconds.size(),
              ratio,
              batch / median,
              (quantile(kind.seconds, 0.75) - quantile(kind.seconds, 0.25)) / 2 / median,
              theoretical,
              denseSeconds / median,
              denseSeconds / median / theoretical));
    }
    return rows;
  }

  private static double quantile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  private void print(List<StepRow> rows) {
    System.out.printf(
        "%s, width %s, batch %d over %d single-threaded shards, %d channels a unit, %s%n",
        networkName, width, batch, shards, granularity, machine());
    System.out.printf(
        "%-17s %9s %7s %9s %7s %12s %9s %11s%n",
        "step",
        "remaining",
        "FLOPs",
        "images/s",
        "spread",
        "theoretical",
        "measured",
        "efficiency");
    for (StepRow row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-17s %9.2f %7.3f %9.0f %6.0f%% %11.2fx %8.2fx %11.2f%n",
          row.method(),
          row.remaining(),
          row.flopsRatio(),
          row.imagesPerSecond(),
          100 * row.spread(),
          row.theoreticalSpeedup(),
          row.measuredSpeedup(),
          row.efficiency());
    }
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors() + " cores, " + KernelContext.instructionSet();
  }

  private static void write(List<StepRow> rows, File file) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("machine", machine());
    root.set("rows", mapper.valueToTree(rows));
    mapper.writeValue(file, root);
  }
}
