package io.coppice.benchmarks.reporting;

import io.coppice.benchmarks.BenchmarkSpark;
import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.monitor.CoppicePlugin;
import io.coppice.page.TensorBoardDirectory;
import io.coppice.page.TensorBoardEvents;
import io.coppice.report.EpochReport;
import io.coppice.report.MetricsFile;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunObservers;
import io.coppice.report.RunOutline;
import io.coppice.report.RunPhase;
import io.coppice.source.FileSource;
import io.coppice.spark.Trainer;
import io.coppice.storage.MetricsLog;
import io.coppice.storage.RunDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times rounds on the sample with and without the plugin, a CSV sink of one second and
 * TensorBoard's file made anew every second, in turn; and, because two trainings on a busy machine
 * differ by more than that, what listeners and sinks themselves take.
 *
 * <p>Run by {@code benchmarks/run reporting}.
 */
@Command(
    name = "benchmarks/run reporting",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Times rounds with and without the plugin, a CSV sink and TensorBoard's file, each of the last two once a second.")
public final class ReportingBenchmark implements Callable<Integer> {

  private static final String SINK = "spark.metrics.conf.*.sink.csv.";

  @Option(names = "--master", description = "Spark master (default: ${DEFAULT-VALUE}).")
  private String master = "local[2]";

  @Option(names = "--network", description = "Network (default: ${DEFAULT-VALUE}).")
  private String network = "resnet8";

  @Option(names = "--epochs", description = "Epochs of a training (default: ${DEFAULT-VALUE}).")
  private int epochs = 4;

  @Option(names = "--batch", description = "Images a step (default: ${DEFAULT-VALUE}).")
  private int batch = 128;

  @Option(
      names = "--pairs",
      description = "Trainings with and without (default: ${DEFAULT-VALUE}).")
  private int pairs = 5;

  @Option(
      names = "--warm-up",
      description = "Pairs before those that count (default: ${DEFAULT-VALUE}).")
  private int warmUp = 1;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON too.")
  private @Nullable File json;

  ReportingBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ReportingBenchmark()).execute(arguments));
  }

  /**
   * What a training came to.
   *
   * @param roundMillis median
   * @param seconds of all its rounds and of what lies between them
   * @param listenerMicros of a round, in {@code metrics.jsonl} and the plugin: median; not a number
   *     where there was none
   * @param sinkMillis of writing all metrics once: median; likewise
   * @param tensorBoardMillis of making the file once: median; likewise
   */
  private record Training(
      double roundMillis,
      double seconds,
      double listenerMicros,
      double sinkMillis,
      double tensorBoardMillis) {}

  /** A pair of trainings. */
  private record Pair(Training without, Training with) {

    double ratio() {
      return with.roundMillis / without.roundMillis;
    }

    double ratioOfAll() {
      return with.seconds / without.seconds;
    }
  }

  @Override
  public Integer call() throws IOException {
    List<Pair> taken = new ArrayList<>();
    for (int i = 0; i < warmUp + pairs; i++) {
      // What the machine does besides changes slowly; whoever is first has no advantage.
      boolean withFirst = i % 2 == 1;
      Training first = train(withFirst);
      Training second = train(!withFirst);
      if (i >= warmUp) {
        taken.add(withFirst ? new Pair(second, first) : new Pair(first, second));
      }
    }
    print(taken);
    return 0;
  }

  private Training train(boolean reporting) throws IOException {
    Path temporary = Files.createTempDirectory("coppice-reporting");
    RunConfig config =
        ConfigReader.read(
            "benchmark",
            "",
            Map.of(
                "network.name",
                network,
                "training.epochs",
                String.valueOf(epochs),
                "training.batchSize",
                String.valueOf(batch),
                "finish.fineTuneEpochs",
                "0",
                "finish.candidates",
                "1"));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.coppice.timedSteps", "1");
    if (reporting) {
      settings.put("spark.plugins", CoppicePlugin.class.getName());
      settings.put(SINK + "class", "org.apache.spark.metrics.sink.CsvSink");
      settings.put(SINK + "period", "1");
      settings.put(SINK + "directory", Files.createDirectory(temporary.resolve("csv")).toString());
    }
    Recorder recorder = new Recorder();
    String run = temporary.resolve("run").toString();
    try (JavaSparkContext spark = BenchmarkSpark.start(master, config, settings)) {
      Trainer trainer = Trainer.of(config).output(run);
      if (!reporting) {
        trainer.listener(recorder).train(spark, FileSource.sample());
        return recorder.training(Double.NaN, List.of(), List.of());
      }
      ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1);
      List<Double> tensorBoard = new ArrayList<>();
      Configuration hadoop = new Configuration();
      try (FileSystem files = FileSystem.newInstance(hadoop);
          RunDirectory directory = RunDirectory.open(run, hadoop)) {
        files.setWriteChecksum(false);
        TensorBoardDirectory logs =
            new TensorBoardDirectory(
                files, new org.apache.hadoop.fs.Path(temporary.resolve("logs").toString()));
        var unused =
            watch.scheduleAtFixedRate(
                () -> timeTensorBoard(directory, logs, tensorBoard), 1, 1, TimeUnit.SECONDS);
        trainer.listener(recorder).train(spark, FileSource.sample());
      } finally {
        watch.shutdownNow();
      }
      return recorder.training(
          timeListeners(temporary, recorder), timeSinks(temporary), tensorBoard);
    } finally {
      FileUtils.deleteDirectory(temporary.toFile());
    }
  }

  private static void timeTensorBoard(
      RunDirectory directory, TensorBoardDirectory logs, List<Double> millis) {
    long start = System.nanoTime();
    try {
      logs.update(TensorBoardEvents.of(directory));
    } catch (IOException | RuntimeException e) {
      return; // Nothing is there yet.
    }
    millis.add((System.nanoTime() - start) / 1e6);
  }

  /** Microseconds of telling a round to {@code metrics.jsonl} and to the plugin: the median. */
  private static double timeListeners(Path temporary, Recorder recorder) throws IOException {
    List<Double> micros = new ArrayList<>();
    try (RunDirectory directory =
            RunDirectory.open(temporary.resolve("told").toString(), new Configuration());
        MetricsLog log = MetricsLog.open(directory, List.of(), problem -> {})) {
      RunListener told = RunObservers.ofThisJvm().with(new MetricsFile(log));
      told.began(new RunOutline("told", "", 1, recorder.rounds.size(), 1, 0, 0));
      told.phaseStarted(RunPhase.TRAIN, 0, recorder.rounds.size());
      for (RoundReport round : recorder.rounds) {
        long start = System.nanoTime();
        told.roundEnded(round);
        micros.add((System.nanoTime() - start) / 1e3);
      }
      told.ended();
    }
    return median(micros);
  }

  /** Milliseconds of having all sinks write all metrics of Spark and of a run, several times. */
  private static List<Double> timeSinks(Path temporary) {
    RunListener told = RunObservers.ofThisJvm().with(RunListener.NONE);
    told.began(new RunOutline(temporary.getFileName().toString(), "", 1, 1, 1, 0, 0));
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      SparkEnv.get().metricsSystem().report();
      millis.add((System.nanoTime() - start) / 1e6);
    }
    told.ended();
    return millis;
  }

  /** Keeps the rounds of a training. */
  private static final class Recorder implements RunListener {
    private final List<RoundReport> rounds = new ArrayList<>();
    private long start;
    private long end;

    @Override
    public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
      if (phase == RunPhase.TRAIN) {
        start = System.nanoTime();
      }
    }

    @Override
    public void roundEnded(RoundReport report) {
      rounds.add(report);
    }

    @Override
    public void epochEnded(EpochReport report) {
      end = System.nanoTime();
    }

    Training training(double listenerMicros, List<Double> sinks, List<Double> tensorBoard) {
      return new Training(
          1e3 * median(rounds.stream().map(RoundReport::seconds).toList()),
          (end - start) / 1e9,
          listenerMicros,
          median(sinks),
          median(tensorBoard));
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  private void print(List<Pair> taken) throws IOException {
    System.out.printf(
        "%s, %d images a step, %d epochs of the sample, %s%n%s%n%n",
        network, batch, epochs, master, Machine.describe());
    System.out.printf("%14s %14s %8s %14s%n", "round ms", "with all", "ratio", "ratio of all");
    for (Pair pair : taken) {
      System.out.printf(
          Locale.ROOT,
          "%14.2f %14.2f %8.3f %14.3f%n",
          pair.without.roundMillis,
          pair.with.roundMillis,
          pair.ratio(),
          pair.ratioOfAll());
    }
    double roundMillis = median(taken.stream().map(pair -> pair.without.roundMillis).toList());
    double listenerMicros = median(taken.stream().map(pair -> pair.with.listenerMicros).toList());
    double sinkMillis = median(taken.stream().map(pair -> pair.with.sinkMillis).toList());
    double tensorBoard = median(taken.stream().map(pair -> pair.with.tensorBoardMillis).toList());
    double ratio = median(taken.stream().map(Pair::ratio).toList());
    double ratioOfAll = median(taken.stream().map(Pair::ratioOfAll).toList());
    System.out.printf(
        Locale.ROOT,
        """

        medians: ratio of rounds %.3f, of all until the last epoch's end %.3f
        listeners    %.1f us a round, %.3f %% of it
        CSV sink     %.2f ms once a second, %.3f %% of the cores' time
        TensorBoard  %.2f ms once a second, %.3f %% of the cores' time (commonly once in ten, by another process)
        """,
        ratio,
        ratioOfAll,
        listenerMicros,
        listenerMicros / roundMillis / 10,
        sinkMillis,
        sinkMillis / 10 / Runtime.getRuntime().availableProcessors(),
        tensorBoard,
        tensorBoard / 10 / Runtime.getRuntime().availableProcessors());
    if (json != null) {
      JsonTable.write(
          json,
          Map.of(
              "pairs",
              taken,
              "ratio",
              ratio,
              "ratioOfAll",
              ratioOfAll,
              "listenerMicros",
              listenerMicros,
              "listenerShare",
              listenerMicros / 1e3 / roundMillis,
              "sinkMillis",
              sinkMillis,
              "tensorBoardMillis",
              tensorBoard));
    }
  }
}
