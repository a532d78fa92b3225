package io.coppice.page;

import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.source.SampleImages;
import io.coppice.spark.SmallRun;
import io.coppice.spark.StoppedException;
import io.coppice.spark.Trainer;
import io.coppice.spark.Training;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Directories of small runs, each trained once for all tests that read it. */
public final class PageRuns {

  private static final Map<String, Path> MADE = new HashMap<>();

  private PageRuns() {}

  /** A run of some strategy that ended. */
  public static synchronized Path ended(String strategy) throws IOException {
    return made(strategy, Integer.MAX_VALUE);
  }

  /** A run that was stopped after so many rounds. */
  public static synchronized Path stopped(String strategy, int rounds) throws IOException {
    return made(strategy, rounds);
  }

  private static Path made(String strategy, int rounds) throws IOException {
    String name = strategy + "-" + rounds;
    Path known = MADE.get(name);
    if (known == null) {
      known = Files.createTempDirectory(Files.createDirectories(Path.of("target/page-runs")), name);
      train(known, strategy, rounds);
      MADE.put(name, known);
    }
    return known;
  }

  private static void train(Path directory, String strategy, int rounds) throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("network.name", "resnet8");
    settings.put("network.width", "0.5");
    settings.put("structure.strategy", strategy);
    settings.put("structure.granularity", "2");
    settings.put("structure.anchor.rounds", "2");
    settings.put("structure.shares.probeEvery", "1");
    settings.put("structure.shares.looks", "1");
    settings.put("training.epochs", strategy.equals("shares") ? "8" : "3");
    settings.put("training.batchSize", strategy.equals("shares") ? "24" : "48");
    settings.put("distribution.shards", "3");
    settings.put("finish.candidates", "3");
    settings.put("finish.statisticsBatches", "4");
    settings.put("hadoop.fs.s3a.secret.key", "literal-secret");
    List<Training> running = new ArrayList<>();
    RunListener stopper =
        new RunListener() {
          private int taken;

          @Override
          public void roundEnded(RoundReport report) {
            if (++taken == rounds) {
              running.get(0).stop();
            }
          }
        };
    try (JavaSparkContext spark =
            new JavaSparkContext(
                SmallRun.sparkConf("local[2]").set("spark.coppice.timedSteps", "1"));
        Training training =
            Trainer.of(settings)
                .output(directory.toString())
                .listener(stopper)
                .prepare(SampleImages.first(200, 60), spark.hadoopConfiguration())) {
      running.add(training);
      training.run(spark);
    } catch (StoppedException e) {
      // As it was asked to.
    }
  }

  /** A run's directory as readers have it. */
  public static RunDirectory open(Path directory) throws IOException {
    return RunDirectory.open(directory.toString(), new Configuration());
  }

  static RunPage read(Path directory) throws IOException {
    try (RunDirectory opened = open(directory)) {
      return RunPageReader.read(opened);
    }
  }

  /** A copy that a test may change. */
  public static Path copy(Path run, Path to) throws IOException {
    FileUtils.copyDirectory(run.toFile(), to.toFile(), false);
    return to;
  }
}
