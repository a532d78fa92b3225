package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.registry.HistoryEntry;
import io.coppice.registry.Registry;
import io.coppice.registry.Retraining;
import io.coppice.report.ExitCode;
import io.coppice.report.ProgressDisplay;
import io.coppice.report.ProgressLines;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.source.FileSource;
import io.coppice.spark.RunEnd;
import io.coppice.spark.RunPreview;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coppice retrain}. */
@Command(
    name = "retrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a network that starts from a registry's current model, compares both on the same test images, and makes the"
          + " new one current if it is as good within a tolerance (retrain.tolerance, at retrain.significance) and costs no"
          + " more than is allowed (retrain.maximumCost). The first model of a registry has to be better than chance.",
      "",
      "Stopped in any way, the same command goes on. Once it is decided, the same command says so and changes nothing. Its"
          + " last line is the verdict.",
    },
    footer = {
      "",
      "Examples:",
      "  coppice retrain --registry REGISTRY --data NEW --config night.yaml --run-id 2026-01-31",
      "  coppice retrain --registry s3a://models/shoes --data s3a://data/today --fail-if-not-promoted",
      "",
      "What is current, and why: coppice registry list --registry REGISTRY"
    })
final class RetrainCommand implements Callable<Integer>, LeavesOutcome {

  @Option(
      names = {"-R", "--registry"},
      paramLabel = "DIR",
      required = true,
      description =
          "Directory of a registry of models, a path of any Hadoop file system; is made where it is not there.")
  private String registryPath = "";

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Names this retraining, such as the day that it is for: one of a name is decided once. Default: a hash of data and"
              + " configuration, for which all images are read once more.")
  private String runId = "";

  @Mixin private SparkOptions spark = new SparkOptions();

  @Option(
      names = "--take-over",
      description =
          "Takes the registry from a retraining on another machine that shows no sign of life for 90 seconds. One that is"
              + " known to be dead needs no such word.")
  private boolean takeOver;

  @Option(
      names = "--fail-if-not-promoted",
      description = "Ends with 10 where the current model stays, instead of 0.")
  private boolean failIfNotPromoted;

  @Option(
      names = "--dry-run",
      description =
          "Reads the images as validate does, says what would be trained from which version and what it would take, and"
              + " trains and writes nothing.")
  private boolean dryRun;

  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--print-config",
      description =
          "Prints the configuration as it would be used, every key explained, and does nothing else.")
  private boolean printConfig;

  private @Nullable Configuration fileSystems;

  /** Whether the retraining itself leaves word of its end. */
  private boolean begun;

  RetrainCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    fileSystems = hadoop;
    RunConfig runConfig = config.read(Map.of(), hadoop);
    if (printConfig) {
      return ConfigOptions.print(runConfig, json);
    }
    if (!runConfig.output().isEmpty()) {
      throw new ConfigException(
          "configuration",
          List.of("'output': a retraining keeps its run in the registry; leave it out"));
    }
    DriverPlace.of(spark.conf()).requireLasting("--registry", registryPath, hadoop);
    try (Registry registry = Registry.open(registryPath, hadoop);
        ProgressDisplay display = new ProgressDisplay(System.out);
        SparkOnDemand onDemand = new SparkOnDemand(spark.conf(runConfig))) {
      Retraining retraining =
          new Retraining(
              registry,
              runConfig,
              FileSource.of(runConfig.data()),
              hadoop,
              listener(display),
              failIfNotPromoted);
      if (dryRun) {
        return print(retraining.preview(runId, takeOver, onDemand), runConfig, onDemand);
      }
      begun = true;
      Retraining.Outcome outcome =
          retraining.run(
              runId,
              takeOver,
              onDemand,
              training -> {
                try (StopSignals signals = new StopSignals(training)) {
                  return training.run(onDemand);
                }
              });
      return print(outcome);
    }
  }

  @Override
  public void leave(RunEnd end) {
    if (!begun && !printConfig && !dryRun && !registryPath.isEmpty() && Retraining.isId(runId)) {
      EarlyEnd.ofRetraining(registryPath, runId, spark.fileSystems(fileSystems), end);
    }
  }

  private static RunListener listener(ProgressDisplay display) {
    return new RunListeners(
        List.of(
            new Announcements(),
            System.console() != null ? display : new ProgressLines(System.out)));
  }

  private int print(Retraining.Preview preview, RunConfig runConfig, SparkOnDemand onDemand) {
    HistoryEntry decided = preview.decided();
    RunPreview run = preview.run();
    if (decided != null || run == null) {
      return print(new Retraining.Outcome(Objects.requireNonNull(decided), true));
    }
    DryRun found = new DryRun(runConfig, run, onDemand.get());
    if (json.isAsked()) {
      ObjectNode fields = found.toJson(preview.directory());
      fields.put("run", preview.id());
      fields.put("current", preview.current());
      fields.put("base", preview.base());
      return json.answer(ExitCode.DONE, fields);
    }
    System.out.println(found.text(preview.directory()));
    System.out.printf(
        "run %s would start from %s; %s%n",
        preview.id(),
        preview.base() == 0 ? "drawn weights" : "version " + preview.base(),
        preview.current() == 0
            ? "no version is current"
            : "version " + preview.current() + " is the current one");
    return ExitCode.DONE.code();
  }

  private int print(Retraining.Outcome outcome) {
    ExitCode code = outcome.exitCode(failIfNotPromoted);
    if (json.isAsked()) {
      ObjectNode object = outcome.decision().toJson();
      object.put("number", outcome.decision().number());
      object.put("promoted", outcome.promoted());
      object.put("decidedBefore", outcome.before());
      return json.answer(code, object);
    }
    System.out.println(outcome.sentence());
    return code.code();
  }
}
