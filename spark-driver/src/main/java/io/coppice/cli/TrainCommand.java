package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.ConfigReader;
import io.coppice.config.EnvironmentReference;
import io.coppice.config.RunConfig;
import io.coppice.data.DataSource;
import io.coppice.data.Dataset;
import io.coppice.data.DatasetFormat;
import io.coppice.report.ProgressDisplay;
import io.coppice.report.ProgressLines;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.report.SummaryText;
import io.coppice.spark.SampleDataSource;
import io.coppice.spark.SparkSettings;
import io.coppice.spark.Trainer;
import io.coppice.spark.Training;
import io.coppice.spark.TrainingResult;
import io.coppice.storage.HadoopDataSource;
import io.coppice.storage.OwnFileSystem;
import io.coppice.storage.ResultFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
final class TrainCommand implements Callable<Integer> {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration in YAML; a path of any Hadoop file system. Keys it leaves out keep their defaults.")
  private @Nullable String config;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description =
          "Sets one key of the configuration, such as training.epochs=3; wins over the file. Repeatable.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DIR",
      description =
          "Directory of the data set (IDX, CIFAR-10 or CIFAR-100 under their published file names). Short for --set"
              + " data.path=DIR.")
  private @Nullable String data;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Directory of the result: a new or an empty one, or that of the same run, which then goes on from its last"
              + " checkpoint. Short for --set output=DIR.")
  private @Nullable String output;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master where spark-submit does not say it (default: local[*]).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Sets one of Spark's own properties. Repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

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

  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(sparkConf());
    RunConfig runConfig = readConfig(hadoop);
    if (printConfig) {
      System.out.print(ConfigPrinter.print(runConfig));
      return ExitCode.DONE.code();
    }
    EnvironmentReference.resolve("hadoop", runConfig.hadoop(), System.getenv())
        .forEach(hadoop::set);
    Dataset dataset = readData(runConfig, hadoop);
    SparkConf settings = SparkSettings.apply(sparkConf(), runConfig);
    try (ProgressDisplay display = new ProgressDisplay(System.out)) {
      RunListener progress = System.console() != null ? display : new ProgressLines(System.out);
      Trainer trainer =
          Trainer.of(runConfig)
              .output(outputPath(runConfig))
              .listener(new RunListeners(List.of(new Announcements(), progress)));
      try (Training training =
          (takeOver ? trainer.takingOver() : trainer).prepare(dataset, hadoop)) {
        Announcements.data(training.setup());
        if (training.isComplete()) {
          System.out.println("This very run is complete already: " + training.directory());
          return ExitCode.DONE.code();
        }
        TrainingResult result = run(training, settings);
        System.out.println(
            SummaryText.of(
                result.summary(),
                training.directory(),
                training.directory() + "/" + ResultFile.DL4J_MODEL.path()));
        return ExitCode.DONE.code();
      }
    }
  }

  private static TrainingResult run(Training training, SparkConf settings) throws IOException {
    try (SparkOnDemand spark = new SparkOnDemand(settings);
        StopSignals signals = new StopSignals(training)) {
      return signals.translate(() -> training.run(spark));
    }
  }

  private SparkConf sparkConf() {
    SparkConf sparkConf = new SparkConf();
    if (master != null) {
      sparkConf.setMaster(master);
    }
    conf.forEach(sparkConf::set);
    return sparkConf;
  }

  private RunConfig readConfig(Configuration hadoop) throws IOException {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    if (data != null) {
      overrides.put("data.path", data);
    }
    if (output != null) {
      overrides.put("output", output);
    }
    if (config == null) {
      return ConfigReader.read("configuration", "", overrides, TrainCommand::caution);
    }
    // What is said on the command line holds for the file's own file system.
    EnvironmentReference.resolve(
            "--set hadoop", ConfigReader.overridesOf("hadoop", overrides), System.getenv())
        .forEach(hadoop::set);
    Path path = new Path(config);
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop);
        InputStream in = fileSystem.open(path)) {
      return ConfigReader.read(
          config,
          new String(in.readAllBytes(), StandardCharsets.UTF_8),
          overrides,
          TrainCommand::caution);
    } catch (FileNotFoundException e) {
      throw new ConfigException(config, List.of("there is no such file"));
    }
  }

  private static void caution(String what) {
    System.err.println("coppice: " + what);
  }

  private static Dataset readData(RunConfig config, Configuration hadoop) throws IOException {
    String path = config.data().path();
    if (path.isEmpty()) {
      return readData(config, new SampleDataSource());
    }
    try (HadoopDataSource source = new HadoopDataSource(path, hadoop)) {
      return readData(config, source);
    }
  }

  private static Dataset readData(RunConfig config, DataSource source) throws IOException {
    DatasetFormat format =
        switch (config.data().format()) {
          case AUTO -> DatasetFormat.detect(source);
          case IDX -> DatasetFormat.IDX;
          case CIFAR10 -> DatasetFormat.CIFAR10;
          case CIFAR100 -> DatasetFormat.CIFAR100;
        };
    return format.read(source, config.data().classes());
  }

  private static String outputPath(RunConfig config) {
    if (!config.output().isEmpty()) {
      return config.output();
    }
    String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now());
    return "runs/" + config.network().label() + "-" + time;
  }
}
