package io.coppice.benchmarks.round;

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
import io.coppice.source.ImageSource;
import io.coppice.spark.Trainer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the rounds of real runs on images of 3x32x32, and what of each is not the shards'
 * computation.
 *
 * <p>Run by {@code benchmarks/run round}.
 */
@Command(
    name = "benchmarks/run round",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Times the rounds of real runs on Spark, and what of each is not the shards' computation.")
public final class RoundBenchmark implements Callable<Integer> {

  private static final int CLASSES = 10;
  private static final int IMAGE_SIZE = 32;
  private static final int CHANNELS = 3;

  /** A network whose computation is next to nothing, to see the round alone. */
  private static final String EMPTY = "empty";

  private static final double EMPTY_WIDTH = 0.0625;

  /** Of units that few, the first of each group alone, which always stays, is a third. */
  private static final double EMPTY_FLOPS = 0.5;

  private static final int EMPTY_BATCH = 4;

  /** Rounds until Spark's code is compiled; they are short. */
  private static final int EMPTY_WARM_UP = 400;

  @Option(
      names = "--master",
      split = ";",
      description =
          "Spark masters, with ';' between them (default: local[2]; local-cluster of two executors and of one, each with"
              + " one core and 2 GiB).")
  private List<String> masters =
      List.of("local[2]", "local-cluster[2,1,2048]", "local-cluster[1,1,2048]");

  @Option(
      names = "--network",
      split = ",",
      description = "Networks; 'empty' is one without much to compute (default: ${DEFAULT-VALUE}).")
  private List<String> networks = List.of(EMPTY, "resnet20", "vgg16");

  @Option(
      names = "--flops",
      description = "Share of the dense FLOPs that masks keep (default: ${DEFAULT-VALUE}).")
  private double flops = 0.36;

  @Option(
      names = "--granularity",
      description = "Channels a unit of structure (default: ${DEFAULT-VALUE}).")
  private int granularity = 8;

  @Option(
      names = "--local-steps",
      split = ",",
      description = "Steps of every shard in a round (default: ${DEFAULT-VALUE}).")
  private List<Integer> localSteps = List.of(1);

  @Option(
      names = "--probe-every",
      description = "Rounds of which one probes (default: ${DEFAULT-VALUE}).")
  private int probeEvery = 1;

  @Option(names = "--rounds", description = "Timed rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 100;

  @Option(
      names = "--warm-up",
      description =
          "Rounds before that (default: ${DEFAULT-VALUE}; 400 where there is next to nothing to compute).")
  private int warmUpGiven = 60;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "ROUNDS",
      description =
          "Writes a checkpoint to a temporary directory every so many rounds, and tells what one costs the loop: rounds"
              + " after a checkpoint against those half way to the next (default: none).")
  private int checkpointEvery;

  @Option(
      names = "--batch",
      description = "Images a step over both shards (default: ${DEFAULT-VALUE}).")
  private int batch = 128;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  RoundBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RoundBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<RoundRow> rows = new ArrayList<>();
    try {
      for (String master : masters) {
        for (String network : networks) {
          for (int steps : localSteps) {
            rows.add(measure(master, network, steps));
          }
        }
      }
    } finally {
      report(rows);
    }
    return 0;
  }

  /** Prints what was measured, be it before a failure: rows took minutes. */
  private void report(List<RoundRow> rows) throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    print(rows);
    if (json != null) {
      JsonTable.write(json, Map.of("rows", rows));
    }
  }

  /** Keeps the timed rounds, and ends the run once it has them. */
  private static final class Recorder implements RunListener {
    private final int warmUp;
    private final List<RoundReport> reports = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();
    private int seen;

    Recorder(int warmUp) {
      this.warmUp = warmUp;
    }

    @Override
    public void roundEnded(RoundReport report) {
      ends.add(System.nanoTime());
      if (seen++ >= warmUp) {
        reports.add(report);
      }
    }

    /**
     * What a checkpoint costs the loop, in milliseconds: the rounds of the half after each against
     * those of the half before the next, medians.
     */
    double checkpointMillis(int every) {
      int half = every / 2;
      List<Double> after = new ArrayList<>();
      List<Double> before = new ArrayList<>();
      for (int first = every - 1; first + every < ends.size(); first += every) {
        if (first >= warmUp) {
          after.add((ends.get(first + half) - ends.get(first)) / 1e6);
          before.add((ends.get(first + every) - ends.get(first + every - half)) / 1e6);
        }
      }
      return median(after) - median(before);
    }

    private static double median(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
  }

  private RoundRow measure(String master, String network, int steps) throws IOException {
    boolean empty = network.equals(EMPTY);
    int batchSize = empty ? EMPTY_BATCH : batch;
    int warmUp = empty ? Math.max(EMPTY_WARM_UP, warmUpGiven) : warmUpGiven;
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.name", empty ? "resnet8" : network);
    settings.put("network.width", empty ? String.valueOf(EMPTY_WIDTH) : "1");
    settings.put("structure.budget", String.valueOf(empty ? EMPTY_FLOPS : flops));
    settings.put("structure.granularity", String.valueOf(granularity));
    settings.put("structure.duration", "1");
    settings.put("structure.policyGradient.probeEvery", String.valueOf(probeEvery));
    settings.put("distribution.localSteps", String.valueOf(steps));
    settings.put("training.epochs", "1");
    settings.put("training.batchSize", String.valueOf(batchSize));
    settings.put("training.learningRate", "0.001");
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    settings.put("checkpoint.everySeconds", "0");
    settings.put("checkpoint.everyRounds", String.valueOf(checkpointEvery));
    RunConfig config = ConfigReader.read("benchmark", "", settings);
    double trained = 1 - config.finish().heldBack();
    int images = (int) Math.ceil((warmUp + rounds + 1) * steps * batchSize / trained);

    Recorder recorder = new Recorder(warmUp);
    try (JavaSparkContext spark = BenchmarkSpark.start(master, config, Map.of())) {
      Trainer trainer = Trainer.of(config).listener(recorder);
      ImageSource data =
          new NoiseSource(
              new Shape(CHANNELS, IMAGE_SIZE, IMAGE_SIZE), CLASSES, images, 2 * batchSize);
      if (checkpointEvery == 0) {
        trainer.train(spark, data);
      } else {
        trainWithCheckpoints(trainer, spark, data);
      }
    }
    return row(master, network, steps, recorder);
  }

  private static void trainWithCheckpoints(
      Trainer trainer, JavaSparkContext spark, ImageSource data) throws IOException {
    Path temporary = Files.createTempDirectory("coppice-benchmark");
    try {
      trainer.output(temporary.toString()).train(spark, data);
    } finally {
      try (Stream<Path> files = Files.walk(temporary)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private RoundRow row(String master, String network, int steps, Recorder recorder) {
    List<RoundReport> reports = recorder.reports;
    double seconds = median(reports, RoundReport::seconds);
    return new RoundRow(
        BenchmarkSpark.isLocalCluster(master) ? "local-cluster" : master,
        master,
        network,
        steps,
        reports.size(),
        1e3 * seconds,
        1e3 * median(reports, RoundReport::samplingSeconds),
        1e3 * median(reports, RoundReport::broadcastSeconds),
        1e3 * median(reports, RoundReport::computeSeconds),
        1e3 * median(reports, RoundReport::waitSeconds),
        1e3 * median(reports, RoundReport::reduceSeconds),
        1e3 * median(reports, RoundReport::updateSeconds),
        1e3 * median(reports, RoundReport::driverSeconds),
        1e3 * median(reports, report -> report.seconds() - report.computeSeconds()),
        median(reports, report -> report.computeSeconds() / report.seconds()),
        mean(reports, RoundReport::bytesOut),
        mean(reports, RoundReport::bytesBack),
        mean(reports, report -> (double) report.bytesOut() / report.compactBytes()),
        mean(reports, report -> report.bytesBack() / 2.0 / report.compactBytes()),
        median(reports, RoundReport::images) / seconds,
        checkpointEvery == 0 ? null : recorder.checkpointMillis(checkpointEvery));
  }

  private static double mean(List<RoundReport> reports, ToDoubleFunction<RoundReport> figure) {
    return reports.stream().mapToDouble(figure).average().orElseThrow();
  }

  private void print(List<RoundRow> rows) {
    System.out.printf(
        "2 shards of one thread, %.2f of the FLOPs, %d channels a unit, a probe in every %s%n%s%n%n",
        flops, granularity, probeEvery == 1 ? "round" : probeEvery + " rounds", Machine.describe());
    System.out.printf(
        "%-24s %-9s %5s %8s | %8s %9s %8s %7s %7s %7s %8s | %9s %8s %10s %10s %6s %6s %9s%n",
        "master",
        "network",
        "steps",
        "round ms",
        "sampling",
        "broadcast",
        "compute",
        "(wait)",
        "reduce",
        "update",
        "(driver)",
        "w/o comp.",
        "compute",
        "bytes out",
        "bytes back",
        "out x",
        "back x",
        "images/s");
    for (RoundRow row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-24s %-9s %5d %8.1f | %8.1f %9.1f %8.1f %7.1f %7.1f %7.1f %8.1f | %9.1f %7.0f%% %10.0f %10.0f %6.2f %6.2f %9.0f%n",
          row.url(),
          row.network(),
          row.localSteps(),
          row.roundMillis(),
          row.samplingMillis(),
          row.broadcastMillis(),
          row.computeMillis(),
          row.waitMillis(),
          row.reduceMillis(),
          row.updateMillis(),
          row.driverMillis(),
          row.emptyRoundMillis(),
          100 * row.computeShare(),
          row.bytesOut(),
          row.bytesBack(),
          row.bytesOutOverCompact(),
          row.bytesBackOverCompact(),
          row.imagesPerSecond());
      if (row.checkpointMillis() != null) {
        System.out.printf(
            Locale.ROOT,
            "%-24s a checkpoint costs the loop %.1f ms: %.3f %% at one a minute%n",
            "",
            row.checkpointMillis(),
            row.checkpointMillis() / 600);
      }
    }
  }
}
