package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Runs what the build made, in processes of their own. */
final class Commands {

  static final String VERSION = System.getProperty("coppice.test.version", "");
  static final Path DEPLOY = Path.of("").toAbsolutePath();
  static final Path ARCHIVE = DEPLOY.resolve("target/coppice-" + VERSION + ".tar.gz");
  static final Path ALL_JAR = DEPLOY.resolve("target/coppice-all.jar");
  static final Path SPARK_HOME = DEPLOY.resolve("target/spark");
  static final Path SPARK_JARS = SPARK_HOME.resolve("jars");

  /** Properties with which processes of a cluster that end soon take less time. */
  private static final List<String> QUICK =
      List.of(
          "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
          "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
          "spark.coppice.timedSteps=1",
          "spark.ui.enabled=false");

  private static final long LIMIT_SECONDS = 240;

  /** How a process ended, and all that it wrote. */
  record Outcome(int exitCode, String output) {}

  private final Path directory;

  /**
   * @param directory where processes run, and may leave what they like
   */
  Commands(Path directory) {
    this.directory = directory;
  }

  Outcome run(Map<String, String> environment, List<String> command) throws Exception {
    Path log = Files.createTempFile(directory, "log", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeAll(List.of("SPARK_HOME", "OMP_NUM_THREADS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "not done in time:\n" + Files.readString(log, StandardCharsets.UTF_8));
    }
    return new Outcome(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }

  /** What {@code coppice} is told to train as little as it can. */
  static List<String> smallTraining(Path output) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", "--output", output.toString()));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  /** Calls {@code spark-submit} of {@link #sparkEnvironment}. */
  Outcome submit(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(SPARK_HOME.resolve("bin/spark-submit").toString());
    command.addAll(arguments);
    return run(sparkEnvironment(), command);
  }

  /** Names the Spark home that the build made of the jars that Maven resolved. */
  static Map<String, String> sparkEnvironment() {
    return Map.of(
        "SPARK_HOME",
        SPARK_HOME.toString(),
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "SPARK_DRIVER_MEMORY",
        "2g",
        "SPARK_SUBMIT_OPTS",
        "-Dlog4j2.configurationFile=" + DEPLOY.resolve("conf/log4j2.properties"));
  }

  /** Compiles a program, and makes a jar of it. */
  Path jarOf(Path source, List<Path> classPath) throws Exception {
    String name = source.getFileName().toString().replace(".java", "");
    Path classes = Files.createDirectories(directory.resolve(name + ".classes"));
    int problems =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                joined(":", classPath) + ":" + joined(":", jarsIn(SPARK_JARS)),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(problems).as(source.toString()).isZero();
    Path jar = directory.resolve(name + ".jar");
    Outcome made =
        run(
            Map.of(),
            List.of("jar", "--create", "--file", jar.toString(), "-C", classes + "", "."));
    assertThat(made.exitCode()).as(made.output()).isZero();
    return jar;
  }

  /** The same as options of spark-submit. */
  static List<String> quickOptions() {
    return QUICK.stream().flatMap(each -> Stream.of("--conf", each)).toList();
  }

  /** Whether this machine has a program. */
  static boolean isHere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  static List<Path> jarsIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  static String joined(String between, List<Path> paths) {
    return String.join(between, paths.stream().map(Path::toString).toList());
  }
}
