package io.coppice.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.source.SampleImages;
import io.coppice.spark.SmallRun;
import io.coppice.spark.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of a run as they come out of Spark's own sinks. */
class CoppicePluginTest {

  private static final Path GOLDEN =
      Path.of("src/test/resources/io/coppice/monitor/prometheus-metrics.txt");
  private static final String PLUGIN = "plugin.io.coppice.monitor.CoppicePlugin.";
  private static final String PREFIX = "metrics_coppice_driver_" + PLUGIN.replace('.', '_');
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{type=\"\\w+\"} (\\S+)");

  @TempDir Path directory;

  private JavaSparkContext spark(String master) {
    String sink = "spark.metrics.conf.*.sink.";
    SparkConf conf =
        SmallRun.sparkConf(master)
            .set("spark.plugins", CoppicePlugin.class.getName())
            .set("spark.ui.enabled", "true")
            .set("spark.ui.port", "0")
            .set("spark.metrics.namespace", "coppice")
            .set(
                sink + "prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet")
            .set(sink + "prometheusServlet.path", "/metrics/prometheus")
            .set(sink + "csv.class", "org.apache.spark.metrics.sink.CsvSink")
            .set(sink + "csv.period", "1")
            .set(sink + "csv.directory", csv().toString());
    return new JavaSparkContext(conf);
  }

  private Path csv() {
    try {
      return Files.createDirectories(directory.resolve("csv"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Trainer trainer() {
    return Trainer.of(
        Map.of(
            "network.name", "resnet8",
            "network.width", "0.5",
            "training.epochs", "2",
            "training.batchSize", "48",
            "distribution.shards", "3",
            "finish.candidates", "1",
            "finish.statisticsBatches", "1"));
  }

  /** The plugin's metrics on the driver's page for Prometheus. */
  private static TreeMap<String, Double> scrape(JavaSparkContext spark) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(spark.sc().uiWebUrl().get() + "/metrics/prometheus/"))
            .build();
    try {
      String page =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      TreeMap<String, Double> samples = new TreeMap<>();
      for (String line : page.lines().toList()) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        if (sample.group(1).startsWith(PREFIX)) {
          samples.put(sample.group(1).substring(PREFIX.length()), Double.valueOf(sample.group(2)));
        }
      }
      return samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Names of the plugin's metrics in the CSV sink's files of the driver or of an executor. */
  private TreeSet<String> csvNames(String process) throws IOException {
    String prefix = "coppice." + process + "." + PLUGIN;
    try (Stream<Path> files = Files.list(csv())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.substring(prefix.length(), name.length() - ".csv".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The numbers in a file of the CSV sink. */
  private List<Double> csvValues(String name) throws IOException {
    return Files.readAllLines(csv().resolve("coppice." + name + ".csv")).stream()
        .skip(1)
        .map(line -> Double.valueOf(line.split(",", -1)[1]))
        .toList();
  }

  /** Looks once all rounds of the training were taken, before the plugin hears of what follows. */
  private static RunListener afterTraining(Runnable look, RoundReport[] last, EpochReport[] epoch) {
    return new RunListener() {
      @Override
      public void roundEnded(RoundReport report) {
        last[0] = report;
      }

      @Override
      public void epochEnded(EpochReport report) {
        epoch[0] = report;
      }

      @Override
      public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
        if (phase == RunPhase.CHOOSE) {
          look.run();
        }
      }
    };
  }

  @Test
  void train_localMode_metricsAreThoseOfTheListAndHaveTheRunsFigures() throws IOException {
    RoundReport[] last = new RoundReport[1];
    EpochReport[] epoch = new EpochReport[1];
    TreeMap<String, Double> seen = new TreeMap<>();
    try (JavaSparkContext spark = spark("local[2]")) {
      Runnable look =
          () -> {
            seen.putAll(scrape(spark));
            SparkEnv.get().metricsSystem().report();
            assertThat(last[0].loss()).isEqualTo(seen.get("run1_loss_Value"));
            assertThat(last[0].flopsRatio()).isEqualTo(seen.get("run1_flopsShare_Value"));
            assertThat((double) last[0].bytesOut()).isEqualTo(seen.get("run1_bytesOut_Value"));
            assertThat(epoch[0].heldBackAccuracy())
                .isEqualTo(seen.get("run1_heldBackAccuracy_Value"));
          };
      trainer()
          .listener(afterTraining(look, last, epoch))
          .train(spark, SampleImages.first(200, 60));

      assertThat(seen).containsEntry("runs_Value", 1.0);
      assertThat(seen).containsEntry("run1_phase_Value", 1.0);
      assertThat(seen).containsEntry("run1_rounds_Value", 9.0);
      assertThat(seen).containsEntry("run1_round_Value", 6.0);
      assertThat(seen).containsEntry("run1_roundMillis_Count", 6.0);
      assertThat(seen.get("run1_channelsShare_Value")).isGreaterThan(0).isLessThan(1);
      assertThat(seen.get("run1_computeShare_Value")).isGreaterThan(0).isLessThan(1);
      assertThat(seen.get("nativeBytes_Value")).isPositive();
      assertThat(seen).containsEntry("imagesHeld_Value", 200.0);
      assertThat(csvValues("driver." + PLUGIN + "run1.loss")).contains(seen.get("run1_loss_Value"));
      assertThat(csvNames("driver")).as("the CSV sink's").contains("run1.name", "runs");

      assertThat(scrape(spark).keySet())
          .as("a run that ended leaves nothing")
          .noneMatch(name -> name.startsWith("run1"))
          .contains("runs_Value");
    }
    assertThat(seen.keySet())
        .as("to be listed in %s and in README.md", GOLDEN)
        .containsExactlyElementsOf(golden(name -> !name.startsWith("executor")));
  }

  @Test
  void readme_tableOfMetrics_isTheListOfTheirNames() throws IOException {
    Pattern row = Pattern.compile("^\\| `((?:run1\\.|executor0\\.)?\\w+)` \\|", Pattern.MULTILINE);
    String readme = Files.readString(Path.of("README.md"));
    String section = readme.substring(readme.indexOf("## What an operator sees"));
    List<String> names =
        row.matcher(section.substring(0, section.indexOf("\n## ")))
            .results()
            .map(found -> found.group(1))
            .toList();
    List<String> listed =
        golden(name -> name.startsWith("run") || name.startsWith("executor")).stream()
            .map(name -> name.substring(0, name.lastIndexOf('_')).replace('_', '.'))
            .toList();
    assertThat(names)
        .contains("run1.name")
        .filteredOn(name -> !name.equals("run1.name"))
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(listed));
  }

  private static List<String> golden(Predicate<String> which) throws IOException {
    return Files.readAllLines(GOLDEN).stream()
        .map(name -> name.substring(PREFIX.length()))
        .filter(which)
        .toList();
  }

  @Test
  void train_executorsInJvmsOfTheirOwn_theirMetricsAreInTheirSinksAndOnTheDriversPage()
      throws IOException {
    TreeMap<String, Double> seen = new TreeMap<>();
    try (JavaSparkContext spark = spark("local-cluster[1,2,1024]")) {
      Runnable look =
          () -> {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            // An executor tells every few seconds, also while it still loads its images.
            while (seen.getOrDefault("executor0_nativeBytes_Value", 0.0) == 0
                || seen.getOrDefault("executor0_imagesHeld_Value", 0.0) < 200) {
              assertThat(System.nanoTime()).as("%s", seen).isLessThan(deadline);
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              seen.putAll(scrape(spark));
            }
          };
      trainer()
          .listener(afterTraining(look, new RoundReport[1], new EpochReport[1]))
          .train(spark, SampleImages.first(200, 60));
    }
    assertThat(seen.keySet())
        .filteredOn(name -> name.startsWith("executor"))
        .containsExactlyElementsOf(golden(name -> name.startsWith("executor")));
    assertThat(seen).containsEntry("executor0_imagesHeld_Value", 200.0);
    assertThat(csvNames("0"))
        .containsExactly(
            "imageHeapBytes", "imageMappedBytes", "imagesHeld", "nativeBytes", "tasksRunning");
  }
}
