package io.coppice.cli;

import io.coppice.config.RunConfig;
import io.coppice.model.CompactModel;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import io.coppice.plan.ClusterDescription;
import io.coppice.plan.RoundSpeeds;
import io.coppice.report.ExitCode;
import io.coppice.report.RunListener;
import io.coppice.shards.DataSummary;
import io.coppice.source.FileSource;
import io.coppice.spark.RunSetup;
import io.coppice.spark.SparkSettings;
import io.coppice.spark.Trainer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coppice plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells what a run will take on a cluster, and what to ask Spark for: time, memory, bytes, and"
          + " what would make it faster. The figures come from a model whose constants were"
          + " measured on one machine; it knows no stragglers and no other users. Trains nothing,"
          + " and writes nothing.",
      "",
      "Without --images, all images are read once on the Spark at hand, as 'coppice validate' does."
    },
    footer = {
      "",
      "Examples:",
      "  coppice plan --config run.yaml --cluster \"8 executors, 4 cores, 16g, 10 Gbit/s\"",
      "  coppice plan --set network.name=resnet50 --set data.format=folder --images 1281167 --shape"
          + " 3x224x224 --classes 1000 --cluster \"32 executors, 8 cores, 32g, 25 Gbit/s\""
    })
final class PlanCommand implements Callable<Integer> {

  private static final int FASTEST_CORE = 1000;

  @Spec private CommandSpec spec;

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--cluster",
      required = true,
      paramLabel = "LINE",
      description =
          "Number of executors, cores and memory of each, inside and outside its heap, and the"
              + " speed of every machine's network, such as \"8 executors, 4 cores, 16g, 10"
              + " Gbit/s\".")
  private String cluster = "";

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Number of training images; none is read then.")
  private @Nullable Long images;

  @Option(
      names = "--shape",
      paramLabel = "CxHxW",
      description =
          "Channels, rows and columns of those images (default: those of data.size and"
              + " data.channels, where they are set).")
  private @Nullable String shape;

  @Option(names = "--classes", description = "Classes of those images (default: ${DEFAULT-VALUE}).")
  private int classes = 10;

  @Option(
      names = "--core-speed",
      paramLabel = "FACTOR",
      description =
          "How many times as fast as one of an AMD EPYC with AVX-512 a core of the cluster trains (default: ${DEFAULT-VALUE}).")
  private double coreSpeed = 1;

  @Mixin private SparkOptions spark = new SparkOptions();

  @Mixin private JsonOption json = new JsonOption();

  PlanCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    ClusterDescription description = description();
    RoundSpeeds speeds = speeds();
    RunConfig runConfig = config.read(Map.of(), hadoop);
    RunSetup setup = images == null ? read(runConfig) : outline(runConfig, images, hadoop);
    RunForecast forecast = RunForecast.of(setup, description, speeds, false);
    forecast.requireMemory();
    if (json.isAsked()) {
      return json.answer(ExitCode.DONE, forecast.toJson());
    }
    System.out.println(PlanText.of(forecast));
    return ExitCode.DONE.code();
  }

  private ClusterDescription description() {
    try {
      return ClusterDescription.parse(cluster);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--cluster: " + e.getMessage());
    }
  }

  private RoundSpeeds speeds() {
    if (!(coreSpeed > 0 && coreSpeed < FASTEST_CORE)) {
      throw new ParameterException(
          spec.commandLine(),
          "--core-speed: expected more than 0 and less than "
              + FASTEST_CORE
              + ", found "
              + coreSpeed);
    }
    return RoundSpeeds.MEASURED.withCores(coreSpeed);
  }

  private RunSetup read(RunConfig runConfig) throws IOException {
    if (shape != null) {
      throw new ParameterException(
          spec.commandLine(), "--shape tells of images that are not read; say --images too");
    }
    try (SparkOnDemand started = new SparkOnDemand(SparkSettings.apply(spark.conf(), runConfig))) {
      return trainer(runConfig).validate(started.get(), FileSource.of(runConfig.data()));
    }
  }

  private RunSetup outline(RunConfig runConfig, long number, Configuration hadoop)
      throws IOException {
    if (number < 1 || classes < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--images and --classes: expected at least 1, found " + number + " and " + classes);
    }
    return trainer(runConfig)
        .outline(
            DataSummary.notRead(
                number + " images that were not read",
                shape(runConfig),
                CompactModel.numbered(classes),
                number),
            hadoop);
  }

  private Shape shape(RunConfig runConfig) {
    int size = runConfig.data().size();
    if (shape == null && size > 0) {
      return new Shape(runConfig.data().channels(), size, size);
    }
    if (shape == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--shape is missing, such as 3x32x32: images that are not read do not tell theirs");
    }
    try {
      return Shape.parse(shape);
    } catch (InvalidNetworkException e) {
      throw new ParameterException(spec.commandLine(), "--shape: " + e.getMessage());
    }
  }

  private static Trainer trainer(RunConfig runConfig) {
    RunListener listener =
        new RunListener() {
          @Override
          public void cautioned(String reason) {
            System.err.println("coppice: " + reason);
          }
        };
    return Trainer.of(runConfig).listener(listener);
  }
}
