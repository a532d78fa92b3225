package io.coppice.cli;

import io.coppice.config.RunConfig;
import io.coppice.report.ExitCode;
import io.coppice.report.RunListener;
import io.coppice.source.FileSource;
import io.coppice.spark.RunSetup;
import io.coppice.spark.SparkSettings;
import io.coppice.spark.Trainer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code coppice validate}. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks all that a training checks before its first round: the configuration, the network,"
          + " and every image, which is read once on the executors. Trains nothing, and writes"
          + " nothing.",
    },
    footer = {
      "",
      "Examples:",
      "  coppice validate --data /data/cifar-10-batches-bin",
      "  coppice validate --config run.yaml --json"
    })
final class ValidateCommand implements Callable<Integer> {

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Mixin private SparkOptions spark = new SparkOptions();

  @Mixin private JsonOption json = new JsonOption();

  ValidateCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    RunConfig runConfig = config.read(Map.of(), hadoop);
    RunListener listener =
        new RunListener() {
          @Override
          public void cautioned(String reason) {
            System.err.println("coppice: " + reason);
          }
        };
    RunSetup setup;
    try (SparkOnDemand started = new SparkOnDemand(SparkSettings.apply(spark.conf(), runConfig))) {
      setup =
          Trainer.of(runConfig)
              .listener(listener)
              .validate(started.get(), FileSource.of(runConfig.data()));
    }
    if (json.isAsked()) {
      return json.answer(ExitCode.DONE, ValidationText.fields(setup));
    }
    System.out.println(ValidationText.of(setup));
    System.out.println("All is well: this run can begin.");
    return ExitCode.DONE.code();
  }
}
