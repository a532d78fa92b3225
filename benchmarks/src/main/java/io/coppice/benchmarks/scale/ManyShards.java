package io.coppice.benchmarks.scale;

import static io.coppice.benchmarks.RoundFigures.median;

import io.coppice.benchmarks.BenchmarkSpark;
import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.benchmarks.data.NoiseSource;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.network.Shape;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.spark.StoppedException;
import io.coppice.spark.Trainer;
import io.coppice.spark.Training;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the rounds of real runs with more and more shards, sums added up by the driver and by the
 * executors, and tells what the driver receives and holds.
 *
 * <p>Run by {@code benchmarks/run scale shards}.
 */
@Command(
    name = "shards",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Times the rounds of real runs with more and more shards, sums added up by the driver and"
            + " by the executors, and tells what the driver receives and holds. Masks are fixed;"
            + " nothing is probed.")
final class ManyShards implements Callable<Integer> {

  static final int CLASSES = 10;
  private static final int CHANNELS = 3;

  /** Batch norms need as many. */
  static final int LEAST_IMAGES_OF_SHARD = 2;

  private static final String SHARED = "shared";
  private static final Pattern MASTER =
      Pattern.compile("local-cluster\\[(\\d+),(\\d+),\\d+]|local\\[(\\d+)]");

  /** Rounds until Spark's own code is compiled: without much to compute, they are short. */
  private static final int FIRST_ROUNDS = 100;

  @Option(names = "--master", description = "Spark master (default: ${DEFAULT-VALUE}).")
  private String master = "local-cluster[2,1,1024]";

  @Option(
      names = "--cluster",
      paramLabel = "EXECUTORS,CORES,GBITS",
      split = ",",
      description =
          "What another master than a local one gives: executors, cores of each, Gbit/s of each"
              + " machine's link.")
  private @Nullable List<Double> cluster;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Sets one of Spark's own properties. Repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--network",
      split = ",",
      paramLabel = "NAME[:WIDTH]",
      description = "Networks, with factors on their channels (default: ${DEFAULT-VALUE}).")
  private List<String> networks = List.of("resnet20:2");

  @Option(
      names = "--flops",
      split = ",",
      description =
          "Shares of the dense FLOPs that the mask keeps, the same of every layer (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Double> flops = List.of(0.36);

  @Option(
      names = "--shards",
      split = ",",
      description = "Numbers of shards (default: ${DEFAULT-VALUE}).")
  private List<Integer> shards = List.of(2, 8, 32, 128);

  @Option(
      names = "--reduce",
      split = ",",
      description = "Where sums are added up (default: ${DEFAULT-VALUE}).")
  private List<String> reductions = List.of("driver", "executors");

  @Option(
      names = "--masks",
      description =
          "shared: one mask for all shards; per-shard: every shard draws its own in each round"
              + " (default: ${DEFAULT-VALUE}).")
  private String masks = SHARED;

  @Option(
      names = "--batch",
      description = "Images a step over all shards (default: ${DEFAULT-VALUE}).")
  private int batch = 128;

  @Option(
      names = "--side",
      description = "Rows and columns of the images (default: ${DEFAULT-VALUE}).")
  private int side = 32;

  @Option(names = "--warm-up", description = "Rounds before that (default: ${DEFAULT-VALUE}).")
  private int warmUp = 10;

  @Option(names = "--rounds", description = "Timed rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 20;

  @Option(
      names = "--watched",
      description =
          "Rounds after those in which the driver's heap is looked at (default: ${DEFAULT-VALUE}).")
  private int watched = 5;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  ManyShards() {}

  @Override
  public Integer call() throws IOException {
    List<ShardsRow> rows = new ArrayList<>();
    printHead();
    RunConfig any = ConfigReader.read("benchmark", "", Map.of());
    try (JavaSparkContext spark = BenchmarkSpark.start(master, any, conf)) {
      for (String reduce : reductions) {
        train(
            spark,
            settings("resnet8", 0.0625, 1, 2, 4, reduce, SHARED),
            FIRST_ROUNDS,
            new Recorder(false));
      }
      for (String network : networks) {
        String[] parts = network.split(":", 2);
        double width = parts.length == 1 ? 1 : Double.parseDouble(parts[1]);
        for (double share : flops) {
          for (int number : shards) {
            for (String reduce : reductions) {
              rows.add(measure(spark, parts[0], width, share, number, reduce));
              print(rows.get(rows.size() - 1));
              write(rows);
            }
          }
        }
      }
    }
    return 0;
  }

  /** After every row, so that what was measured stays if a later one fails. */
  private void write(List<ShardsRow> rows) throws IOException {
    if (json != null) {
      JsonTable.write(json, Map.of("rows", rows));
    }
  }

  private ShardsRow measure(
      JavaSparkContext spark, String network, double width, double share, int number, String reduce)
      throws IOException {
    int step = Math.max(batch, LEAST_IMAGES_OF_SHARD * number);
    Recorder recorder = new Recorder(true);
    train(
        spark,
        settings(network, width, share, number, step, reduce, masks),
        warmUp + rounds + watched,
        recorder);
    List<RoundReport> timed = recorder.reports.subList(warmUp, warmUp + rounds);
    List<Double> size = size();
    return new ShardsRow(
        master,
        size.get(0).intValue(),
        size.get(1).intValue(),
        size.get(2),
        network,
        width,
        share,
        side,
        number,
        step,
        masks,
        reduce,
        rounds,
        1e3 * median(timed, RoundReport::seconds),
        1e3 * median(timed, RoundReport::driverSeconds),
        1e3 * median(timed, RoundReport::computeSeconds),
        median(timed, RoundReport::bytesOut),
        median(timed, RoundReport::bytesBack),
        recorder.heapMiB);
  }

  /** Executors, cores of each, and Gbit/s of their links, 0 where there are none. */
  private List<Double> size() {
    if (cluster != null) {
      return cluster;
    }
    Matcher matcher = MASTER.matcher(master);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--cluster must say how large " + master + " is, such as 4,1,10");
    }
    return matcher.group(3) == null
        ? List.of(Double.valueOf(matcher.group(1)), Double.valueOf(matcher.group(2)), 0.0)
        : List.of(1.0, Double.valueOf(matcher.group(3)), 0.0);
  }

  /**
   * Settings of a run.
   *
   * @param share of the FLOPs that masks keep
   * @param number of shards
   * @param step images a step over all shards
   * @param reduce where sums are added up
   * @param masks of all shards or of each
   */
  static Map<String, String> settings(
      String network,
      double width,
      double share,
      int number,
      int step,
      String reduce,
      String masks) {
    boolean fixed = masks.equals(SHARED);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.name", network);
    settings.put("network.width", String.valueOf(width));
    settings.put("structure.strategy", share == 1 ? "dense" : fixed ? "uniform" : "sampled");
    settings.put("structure.budget", String.valueOf(share));
    settings.put("structure.granularity", fixed ? "8" : "1");
    settings.put("structure.duration", "1");
    settings.put("distribution.masks", masks);
    settings.put("distribution.shards", String.valueOf(number));
    settings.put("distribution.reduce", reduce);
    settings.put("training.epochs", "1");
    settings.put("training.batchSize", String.valueOf(step));
    settings.put("training.learningRate", "0.001");
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    return settings;
  }

  private void train(
      JavaSparkContext spark, Map<String, String> settings, int number, Recorder recorder)
      throws IOException {
    RunConfig config = ConfigReader.read("benchmark", "", settings);
    // A tenth is held back.
    long images = (long) Math.ceil((number + 1.0) * config.training().batchSize() / 0.9);
    NoiseSource noise =
        new NoiseSource(new Shape(CHANNELS, side, side), CLASSES, images, 2 * CLASSES);
    try (recorder;
        Training training =
            Trainer.of(config).listener(recorder).prepare(noise, spark.hadoopConfiguration())) {
      recorder.stopping(training, number);
      training.run(spark);
    } catch (StoppedException e) {
      // What comes after the rounds is of no matter here.
      return;
    }
  }

  /** Keeps the rounds, watches the heap after those that are timed, and ends the training. */
  private final class Recorder implements RunListener, AutoCloseable {
    private final List<RoundReport> reports = new ArrayList<>();
    private @Nullable LiveHeap heap;
    private double heapMiB;
    private @Nullable Training training;
    private final boolean watching;
    private int last;

    /**
     * @param watching whether the heap is watched in the rounds after those that are timed
     */
    Recorder(boolean watching) {
      this.watching = watching;
    }

    void stopping(Training newTraining, int afterRounds) {
      training = newTraining;
      last = afterRounds;
    }

    @Override
    public void roundEnded(RoundReport report) {
      reports.add(report);
      if (reports.size() == last && training != null) {
        training.stop();
      } else if (watching && reports.size() == warmUp + rounds) {
        heap = new LiveHeap();
      }
    }

    @Override
    public void close() {
      if (heap != null) {
        heap.close();
        heapMiB = heap.mostMiB();
        heap = null;
      }
    }
  }

  private void printHead() {
    System.out.printf(
        "%s, masks %s, images of %dx%dx%d%n%s%n%n",
        master, masks, CHANNELS, side, side, Machine.describe());
    System.out.printf(
        "%-14s %6s %7s %6s %-10s | %9s %9s %9s | %12s %14s %16s%n",
        "network",
        "FLOPs",
        "shards",
        "batch",
        "reduce",
        "round ms",
        "driver",
        "compute",
        "kB out",
        "kB to driver",
        "driver heap MiB");
  }

  private static void print(ShardsRow row) {
    System.out.printf(
        Locale.ROOT,
        "%-14s %6.2f %7d %6d %-10s | %9.1f %9.1f %9.1f | %12.0f %14.0f %16.0f%n",
        row.network() + (row.width() == 1 ? "" : " x" + row.width()),
        row.flops(),
        row.shards(),
        row.batch(),
        row.reduce(),
        row.roundMillis(),
        row.driverMillis(),
        row.computeMillis(),
        row.bytesOut() / 1000,
        row.bytesToDriver() / 1000,
        row.driverHeapMiB());
  }
}
