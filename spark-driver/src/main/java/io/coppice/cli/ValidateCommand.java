package io.coppice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig;
import io.coppice.report.RunListener;
import io.coppice.shards.DataSummary;
import io.coppice.shards.ImagesSummary;
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
import picocli.CommandLine.Option;

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

  @Option(names = "--json", description = "Prints one object of JSON.")
  private boolean json;

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
    System.out.println(json ? json(setup) : ValidationText.of(setup));
    return ExitCode.DONE.code();
  }

  private static String json(RunSetup setup) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    DataSummary data = setup.data();
    ObjectNode object = mapper.createObjectNode();
    object.put("source", data.source());
    object.put("network", setup.network().name());
    object.put("channels", data.shape().channels());
    object.put("height", data.shape().height());
    object.put("width", data.shape().width());
    object.set("classes", mapper.valueToTree(data.classes()));
    add(object.putObject("train"), data.train(), data, mapper);
    add(object.putObject("test"), data.test(), data, mapper);
    object.put("heldBack", data.heldBack(setup.config().finish().heldBack()));
    object.put("shards", setup.config().distribution().shards());
    object.put("roundsPerEpoch", setup.roundsPerEpoch());
    object.set("budget", mapper.valueToTree(setup.budget()));
    return mapper.writeValueAsString(object);
  }

  private static void add(
      ObjectNode set, ImagesSummary images, DataSummary data, ObjectMapper mapper) {
    set.put("images", images.images());
    set.set("ofClass", mapper.valueToTree(images.ofClass()));
    set.put("unreadable", images.unreadable());
    set.put("bytes", images.images() * data.shape().size());
    set.put("keptBytes", images.keptBytes());
    set.put("sha256", images.fingerprint());
  }
}
