package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.doctor.Doctor;
import io.coppice.doctor.Finding;
import io.coppice.doctor.Finding.Level;
import io.coppice.report.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coppice doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks whether runs can work here, on the driver and on every executor: Java, Spark and Scala, native libraries and the"
          + " directories that they are loaded from, instruction sets, OpenMP, memory, limits, local disks, the serializer,"
          + " clocks, the data, and whether a run can be kept in the output directory. Takes the options of the run that is"
          + " meant, and trains nothing.",
      "",
      "Ends with 0 where nothing fails, else with 9; always in the time that --timeout gives."
    },
    footer = {
      "",
      "Examples:",
      "  coppice doctor",
      "  coppice doctor --master spark://head:7077 --data hdfs:///data/cifar10 --output hdfs:///models/run7",
      "  coppice doctor --config night.yaml --json"
    })
final class DoctorCommand implements Callable<Integer> {

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Directory that a run is to be kept in; a file is written, read and removed there.")
  private @Nullable String output;

  @Mixin private SparkOptions spark = new SparkOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Until all has to be told (default: ${DEFAULT-VALUE}).")
  private int timeout = 120;

  @Mixin private JsonOption json = new JsonOption();

  DoctorCommand() {}

  @Override
  public Integer call() throws IOException {
    if (timeout < 1) {
      throw new ConfigException("--timeout " + timeout, List.of("expected a number of at least 1"));
    }
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    RunConfig runConfig = config.read(output == null ? Map.of() : Map.of("output", output), hadoop);
    List<Finding> findings =
        new Doctor(
                spark.conf(),
                hadoop,
                runConfig.data().format() == Format.TABLE ? "" : runConfig.data().path(),
                runConfig.output(),
                Duration.ofSeconds(timeout))
            .examine();
    boolean fails = findings.stream().anyMatch(finding -> finding.level() == Level.FAIL);
    ExitCode code = fails ? ExitCode.UNHEALTHY : ExitCode.DONE;
    if (json.isAsked()) {
      ObjectNode fields = JsonOption.JSON.createObjectNode();
      ArrayNode array = fields.putArray("findings");
      findings.forEach(finding -> array.add(finding.toJson()));
      return json.answer(code, fields);
    }
    System.out.println(DoctorText.of(findings));
    return code.code();
  }
}
