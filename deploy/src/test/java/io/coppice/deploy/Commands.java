package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Runs what the build made, in processes of their own. */
final class Commands {

  static final Path DEPLOY = Path.of("").toAbsolutePath();
  static final Path ALL_JAR = DEPLOY.resolve("target/coppice-all.jar");
  static final Path SPARK_JARS = DEPLOY.resolve("target/spark/jars");

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

  /** Calls {@code spark-submit} of {@link #sparkEnvironment}. */
  Outcome submit(List<String> arguments) throws Exception {
    Map<String, String> environment = sparkEnvironment();
    List<String> command = new ArrayList<>();
    command.add(environment.get("SPARK_HOME") + "/bin/spark-submit");
    command.addAll(arguments);
    return run(environment, command);
  }

  /** Names a Spark home of the jars that Maven resolved. */
  Map<String, String> sparkEnvironment() throws IOException {
    Path home = directory.resolve("spark");
    if (!Files.exists(home)) {
      Files.createDirectory(home);
      Files.createFile(home.resolve("RELEASE"));
      Files.createSymbolicLink(home.resolve("jars"), SPARK_JARS);
      Path submit = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
      try (InputStream in = Commands.class.getResourceAsStream("/spark-submit")) {
        Files.write(submit, Objects.requireNonNull(in).readAllBytes());
      }
      assertThat(submit.toFile().setExecutable(true)).isTrue();
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("SPARK_HOME", home.toString());
    environment.put("SPARK_SCALA_VERSION", "2.12");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put(
        "SPARK_SUBMIT_OPTS",
        "-Dlog4j2.configurationFile=" + DEPLOY.resolve("conf/log4j2.properties"));
    return environment;
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

  static List<Path> jarsIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  static String joined(String between, List<Path> paths) {
    return String.join(between, paths.stream().map(Path::toString).toList());
  }
}
