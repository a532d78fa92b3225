package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver in a container of YARN, whose spark-submit ends with 1 whatever the driver's code. */
class YarnModeIT {

  private static final String NIGHT =
      """
      network: {name: resnet8, width: 0.5}
      training: {epochs: 1}
      finish: {fineTuneEpochs: 0, candidates: 1}
      """;

  @TempDir private static Path directory;
  private static YarnCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new YarnCluster(directory);
    Files.writeString(directory.resolve("night.yaml"), NIGHT);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void train_onYarn_leavesItsResultOnHdfs() throws Exception {
    Outcome trained = train(List.of("--output", "nights/1"));
    assertThat(trained.exitCode()).as(trained.output()).isZero();
    Outcome verified = coppice(List.of("verify", cluster.hdfs() + home("nights/1")));
    assertThat(verified.output()).contains("model/compact.zip: whole");
    assertThat(verified.exitCode()).isZero();
    Outcome told = coppice(List.of("outcome", cluster.hdfs() + home("nights/1")));
    assertThat(told.exitCode()).as(told.output()).isZero();
  }

  @Test
  void train_wrongConfigurationOnYarn_outcomeHasTheCodeThatSparkSubmitHides() throws Exception {
    Outcome refused = train(List.of("--output", "nights/2", "--set", "training.epoch=3"));
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
    Outcome told = coppice(List.of("outcome", cluster.hdfs() + home("nights/2")));
    assertThat(told.output()).contains("did you mean 'training.epochs'?");
    assertThat(told.exitCode()).isEqualTo(2);
  }

  private static String home(String path) {
    return "/user/" + System.getProperty("user.name") + "/" + path;
  }

  private static Outcome train(List<String> more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train", "--master", "yarn", "--deploy-mode", "cluster", "--num-executors", "1"));
    arguments.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g"));
    // A container's working directory has what --files names.
    arguments.addAll(List.of("--files", "night.yaml", "--config", "night.yaml"));
    arguments.addAll(Commands.quickOptions());
    for (String property :
        List.of(
            "spark.yarn.jars=local:" + Commands.SPARK_JARS + "/*",
            "spark.yarn.maxAppAttempts=1",
            "spark.executor.memoryOverhead=1g",
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1")) {
      arguments.addAll(List.of("--conf", property));
    }
    arguments.addAll(more);
    return coppice(arguments);
  }

  private static Outcome coppice(List<String> arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(Commands.sparkEnvironment());
    environment.put("HADOOP_CONF_DIR", cluster.configuration().toString());
    List<String> command = new ArrayList<>();
    command.add(Commands.DEPLOY.resolve("bin/coppice").toString());
    command.addAll(arguments);
    return new Commands(directory).run(environment, command);
  }
}
