package io.coppice.benchmarks.images;

import static io.coppice.benchmarks.RoundFigures.median;

import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.shards.DataSummary;
import io.coppice.source.FileSource;
import io.coppice.source.ImageSource;
import io.coppice.spark.SparkSettings;
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
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains on JPEG files that executors keep as pixels or as they are, and tells the memory that
 * takes and the time of the rounds.
 *
 * <p>Run by {@code benchmarks/run images}.
 */
@Command(
    name = "benchmarks/run images",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains on JPEG files of 256x341, cut to squares, which executors keep as pixels or as they"
            + " are, and tells what memory the images take, and how much of the rounds goes into"
            + " decoding them.")
public final class ImagesBenchmark implements Callable<Integer> {

  private static final int HEIGHT = 256;
  private static final int WIDTH = 341;
  private static final int TEST_IMAGES = 8;
  private static final double MIB = 1 << 20;

  @Option(names = "--images", description = "Training images (default: ${DEFAULT-VALUE}).")
  private int images = 400;

  @Option(
      names = "--side",
      description = "Rows and columns that are cut out of each (default: ${DEFAULT-VALUE}).")
  private int side = 224;

  @Option(names = "--network", description = "Network (default: ${DEFAULT-VALUE}).")
  private String network = "mobilenet";

  @Option(
      names = "--batch",
      description = "Images a step over two shards (default: ${DEFAULT-VALUE}).")
  private int batch = 32;

  @Option(
      names = "--epochs",
      description = "Epochs, of which the first is not timed (default: ${DEFAULT-VALUE}).")
  private int epochs = 3;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  ImagesBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ImagesBenchmark()).execute(arguments));
  }

  /**
   * One way to keep the images.
   *
   * @param keptMiB what training and test images take
   * @param readSeconds reading all of them once, in their order
   * @param roundMillis median
   * @param computeMillis the slowest shard's computation, median
   * @param decodeMillis the part of it in which images were read and decoded, median
   * @param imagesPerSecond of the median round
   */
  record Row(
      String store,
      double keptMiB,
      double readSeconds,
      double roundMillis,
      double computeMillis,
      double decodeMillis,
      double imagesPerSecond) {}

  @Override
  public Integer call() throws IOException {
    Path directory = Files.createTempDirectory("coppice-images");
    SparkConf conf = new SparkConf().setMaster("local[2]").set("spark.ui.enabled", "false");
    RunConfig defaults = ConfigReader.read("benchmark", "", Map.of());
    try (JavaSparkContext spark = new JavaSparkContext(SparkSettings.apply(conf, defaults))) {
      spark.setLogLevel("ERROR");
      double fileBytes = GeneratedJpegs.make(directory, images, TEST_IMAGES, HEIGHT, WIDTH);
      List<Row> rows = new ArrayList<>();
      rows.add(measure(spark, directory, "pixels", Map.of("data.store", "pixels")));
      rows.add(measure(spark, directory, "encoded", Map.of("data.store", "encoded")));
      rows.add(
          measure(
              spark,
              directory,
              "encoded, parts of the whole",
              Map.of("data.resizedCrop", "0.25", "data.cropOriginal", "true")));
      print(rows, fileBytes);
      if (json != null) {
        JsonTable.write(json, Map.of("fileBytes", fileBytes, "rows", rows));
      }
      return 0;
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private Row measure(
      JavaSparkContext spark, Path directory, String name, Map<String, String> store)
      throws IOException {
    Map<String, String> ofData = new LinkedHashMap<>(store);
    ofData.put("data.size", String.valueOf(side));
    ofData.put("data.resize", String.valueOf(Math.max(side, HEIGHT)));
    Map<String, String> settings = new LinkedHashMap<>(ofData);
    settings.put("network.name", network);
    settings.put("structure.strategy", "dense");
    settings.put("training.epochs", String.valueOf(epochs));
    settings.put("training.batchSize", String.valueOf(batch));
    settings.put("training.learningRate", "0.001");
    settings.put("finish.candidates", "1");
    settings.put("finish.statisticsBatches", "1");
    settings.put("finish.fineTuneEpochs", "0");
    RunConfig config = ConfigReader.read("benchmark", "", settings);
    ImageSource source = FileSource.of(directory.toString(), ofData);
    List<RoundReport> rounds = new ArrayList<>();
    RunListener recorder =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            if (report.phase() == RunPhase.TRAIN && report.epoch() > 0) {
              rounds.add(report);
            }
          }
        };
    Trainer trainer = Trainer.of(config).listener(recorder);
    long start = System.nanoTime();
    DataSummary data = trainer.validate(spark, source).data();
    double readSeconds = (System.nanoTime() - start) / 1e9;
    trainer.train(spark, source);
    double seconds = median(rounds, RoundReport::seconds);
    return new Row(
        name,
        (data.train().keptBytes() + data.test().keptBytes()) / MIB,
        readSeconds,
        1e3 * seconds,
        1e3 * median(rounds, RoundReport::computeSeconds),
        1e3 * median(rounds, RoundReport::decodeSeconds),
        batch / seconds);
  }

  private void print(List<Row> rows, double fileBytes) {
    System.out.printf(
        Locale.ROOT,
        "%s on %,d JPEGs of %dx%d, %.1f KiB each, cut to %dx%d; 2 shards of one thread, batch %d,"
            + " dense%n%s%n%n",
        network,
        images,
        HEIGHT,
        WIDTH,
        fileBytes / 1024,
        side,
        side,
        batch,
        Machine.describe());
    System.out.printf(
        "%-28s %9s %7s | %8s %8s %8s %9s%n",
        "kept as", "MiB kept", "read s", "round ms", "compute", "(decode)", "images/s");
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-28s %9.1f %7.1f | %8.1f %8.1f %8.1f %9.1f%n",
          row.store(),
          row.keptMiB(),
          row.readSeconds(),
          row.roundMillis(),
          row.computeMillis(),
          row.decodeMillis(),
          row.imagesPerSecond());
    }
  }
}
