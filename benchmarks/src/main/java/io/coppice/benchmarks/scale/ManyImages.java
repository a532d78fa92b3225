package io.coppice.benchmarks.scale;

import io.coppice.benchmarks.BenchmarkSpark;
import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.benchmarks.data.NoiseSource;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.network.Shape;
import io.coppice.report.DataReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.spark.Trainer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains a network that computes next to nothing for one epoch on more images than any heap holds,
 * and tells what every process takes.
 *
 * <p>Run by {@code benchmarks/run scale data}.
 */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains one epoch on more images than any heap holds, made of noise by the executors as"
            + " they read them, and tells how much memory driver and executors take. The driver has"
            + " a heap of 512 MiB.")
final class ManyImages implements Callable<Integer> {

  private static final Shape SHAPE = new Shape(3, 32, 32);
  private static final int CLASSES = 10;
  private static final int TEST_IMAGES = 10_000;

  @Option(
      names = "--images",
      description = "Training images of 3x32x32 (default: ${DEFAULT-VALUE}, 6 GiB).")
  private long images = 2L << 20;

  @Option(
      names = "--master",
      description =
          "Spark master; executors of a local cluster have a heap of as many MiB as its last number"
              + " says (default: ${DEFAULT-VALUE}).")
  private String master = "local-cluster[2,1,1536]";

  @Option(
      names = "--shards",
      description = "Slices of the training images (default: ${DEFAULT-VALUE}).")
  private int shards = 4;

  @Option(
      names = "--batch",
      description = "Images a step over all shards (default: ${DEFAULT-VALUE}).")
  private int batch = 1024;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON too.")
  private @Nullable File json;

  ManyImages() {}

  @Override
  public Integer call() throws IOException {
    RunConfig config = ConfigReader.read("benchmark", "", settings());
    Recorder recorder = new Recorder();
    try (JavaSparkContext spark = BenchmarkSpark.start(master, config, Map.of())) {
      Trainer.of(config)
          .listener(recorder)
          .train(spark, new NoiseSource(SHAPE, CLASSES, images, TEST_IMAGES));
    }
    recorder.print(images);
    if (json != null) {
      JsonTable.write(json, recorder.figures(images));
    }
    return 0;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.name", "resnet8");
    settings.put("network.width", "0.0625");
    settings.put("structure.strategy", "dense");
    settings.put("structure.granularity", "1");
    settings.put("data.crop", "false");
    settings.put("data.flip", "false");
    settings.put("training.epochs", "1");
    settings.put("training.batchSize", String.valueOf(batch));
    settings.put("distribution.shards", String.valueOf(shards));
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    return settings;
  }

  /** Keeps times, and looks at the processes when the rounds have ended. */
  private static final class Recorder implements RunListener {
    private final long start = System.nanoTime();
    private double readSeconds;
    private double roundSeconds;
    private long rounds;
    private final List<ResidentSize> executors = new ArrayList<>();
    private ResidentSize driver = new ResidentSize(0, 0);

    @Override
    public void dataRead(DataReport data) {
      readSeconds = (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void roundEnded(RoundReport report) {
      rounds++;
      roundSeconds += report.seconds();
    }

    @Override
    public void phaseStarted(RunPhase phase, long firstRound, long allRounds) {
      if (phase != RunPhase.MEASURE) {
        return;
      }
      try {
        driver = ResidentSize.of(ProcessHandle.current().pid());
        for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
          executors.add(ResidentSize.of(process.pid()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Map<String, Object> figures(long images) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("images", images);
      figures.put("mib", images * SHAPE.size() / (double) (1 << 20));
      figures.put("readSeconds", readSeconds);
      figures.put("rounds", rounds);
      figures.put("roundSeconds", roundSeconds);
      figures.put("driverHeapMiB", Runtime.getRuntime().maxMemory() / (double) (1 << 20));
      figures.put("driver", driver);
      figures.put("executors", executors);
      return figures;
    }

    void print(long images) {
      System.out.printf(
          Locale.ROOT,
          "%s%n%,d images, %,.0f MiB: read, ordered and surveyed in %.0f s; %,d rounds in %.0f s%n",
          Machine.describe(),
          images,
          images * SHAPE.size() / (double) (1 << 20),
          readSeconds,
          rounds,
          roundSeconds);
      print(
          "driver, a heap of " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB at most",
          driver);
      executors.forEach(executor -> print("executor", executor));
    }

    private static void print(String what, ResidentSize size) {
      System.out.printf(
          Locale.ROOT,
          "%s: %,.0f MiB resident at its peak, mapped files included; %,.0f MiB without them at the"
              + " end%n",
          what,
          size.peakMiB(),
          size.ownMiB());
    }
  }
}
