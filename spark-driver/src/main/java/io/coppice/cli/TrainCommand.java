package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig;
import io.coppice.report.ExitCode;
import io.coppice.report.ProgressDisplay;
import io.coppice.report.ProgressLines;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.report.SummaryText;
import io.coppice.source.FileSource;
import io.coppice.spark.RunEnd;
import io.coppice.spark.Trainer;
import io.coppice.spark.Training;
import io.coppice.spark.TrainingResult;
import io.coppice.storage.ResultFile;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coppice train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a channel-sparse network and exports the compact one. Stopped in any way, the same command goes on from the"
          + " last checkpoint in its output directory.",
      "",
      "Without options: a ResNet-20 on the sample of Fashion-MNIST that ships with Coppice, on Spark inside this JVM."
    },
    footer = {
      "",
      "Examples:",
      "  coppice train",
      "  coppice train --data /data/cifar-10-batches-bin --set structure.budget=0.25",
      "  coppice train --config run.yaml --set training.epochs=3 --output hdfs:///models/run7",
      "",
      "All keys of the configuration, with their defaults: coppice train --print-config"
    })
final class TrainCommand implements Callable<Integer>, LeavesOutcome {

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Directory of the result: a new or an empty one, or that of the same run, which then goes on from its last"
              + " checkpoint. Short for --set output=DIR.")
  private @Nullable String output;

  @Mixin private SparkOptions spark = new SparkOptions();

  @Option(
      names = "--take-over",
      description =
          "Takes the output directory from a run on another machine that shows no sign of life for 90 seconds. A run that"
              + " is known to be dead needs no such word.")
  private boolean takeOver;

  @Option(
      names = "--print-config",
      description =
          "Prints the configuration as it would be used, every key explained, and does nothing else.")
  private boolean printConfig;

  @Option(
      names = "--dry-run",
      description =
          "Reads the images as validate does, says what would run and what it would take, and trains and writes nothing.")
  private boolean dryRun;

  @Mixin private JsonOption json = new JsonOption();

  /** Where the run is to be, as far as anybody said. */
  private @Nullable String named;

  private @Nullable Configuration fileSystems;

  /** Whether the training itself leaves word of its end. */
  private boolean begun;

  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    fileSystems = hadoop;
    RunConfig runConfig = config.read(output == null ? Map.of() : Map.of("output", output), hadoop);
    if (printConfig) {
      return ConfigOptions.print(runConfig, json);
    }
    DriverPlace.of(spark.conf()).requireLasting("output", runConfig.output(), hadoop);
    named = runConfig.output();
    SparkConf settings = spark.conf(runConfig);
    try (ProgressDisplay display = new ProgressDisplay(System.out)) {
      RunListener progress = System.console() != null ? display : new ProgressLines(System.out);
      Announcements announcements = new Announcements();
      Trainer trainer =
          Trainer.of(runConfig)
              .output(outputPath(runConfig))
              .listener(new RunListeners(List.of(announcements, progress)));
      try (Training training =
          (takeOver ? trainer.takingOver() : trainer)
              .prepare(FileSource.of(runConfig.data()), hadoop)) {
        if (dryRun) {
          return preview(training, runConfig, settings);
        }
        begun = true;
        TrainingResult result = run(training, settings);
        if (json.isAsked()) {
          ObjectNode fields = JsonOption.JSON.createObjectNode();
          fields.put("directory", training.directory());
          fields.put("completeBefore", announcements.saidComplete());
          fields.set("summary", JsonOption.JSON.valueToTree(result.summary()));
          return json.answer(ExitCode.DONE, fields);
        }
        if (!announcements.saidComplete()) {
          System.out.println(
              SummaryText.of(
                  result.summary(),
                  training.directory(),
                  training.directory() + "/" + ResultFile.DL4J_MODEL.path()));
        }
        return ExitCode.DONE.code();
      }
    }
  }

  @Override
  public void leave(RunEnd end) {
    String directory = named != null ? named : output != null ? output : config.said("output");
    if (!begun && !printConfig && !dryRun && directory != null && !directory.isEmpty()) {
      EarlyEnd.ofRun(directory, spark.fileSystems(fileSystems), end);
    }
  }

  private int preview(Training training, RunConfig runConfig, SparkConf settings)
      throws IOException {
    try (SparkOnDemand onDemand = new SparkOnDemand(settings)) {
      DryRun found = new DryRun(runConfig, training.preview(onDemand.get()), onDemand.get());
      if (json.isAsked()) {
        return json.answer(ExitCode.DONE, found.toJson(training.directory()));
      }
      System.out.println(found.text(training.directory()));
      return ExitCode.DONE.code();
    }
  }

  private static TrainingResult run(Training training, SparkConf settings) throws IOException {
    try (SparkOnDemand spark = new SparkOnDemand(settings);
        StopSignals signals = new StopSignals(training)) {
      return training.run(spark);
    }
  }

  private static String outputPath(RunConfig config) {
    if (!config.output().isEmpty()) {
      return config.output();
    }
    String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now());
    return "runs/" + config.network().label() + "-" + time;
  }
}
