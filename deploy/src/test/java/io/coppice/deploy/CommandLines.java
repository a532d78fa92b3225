package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.cli.Main;
import io.coppice.deploy.Commands.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands as schedulers' files have them, held against the command line itself. */
final class CommandLines {

  /** As {@code bin/spark-submit}: writes its arguments to a file, a line each, and ends with 3. */
  private static final String SUBMIT =
      """
      #!/usr/bin/env bash
      printf '%s\\n' "$@" > "$(dirname "$0")/../arguments"
      echo "spark-submit was called"
      exit 3
      """;

  private CommandLines() {}

  /**
   * Asserts that the command line takes a command, its keys and their values included. What a
   * scheduler puts in is replaced by something of its form.
   *
   * @param arguments what follows {@code coppice}
   */
  static void assertTaken(String origin, List<String> arguments) {
    List<String> filled = new ArrayList<>(arguments.stream().map(CommandLines::filled).toList());
    filled.add("--print-config");
    Outcome outcome = run(filled);
    assertThat(outcome.exitCode()).as("%s: %s\n%s", origin, filled, outcome.output()).isZero();
  }

  /** Runs a command in this JVM; one at a time, as it takes standard output and error. */
  static Outcome run(List<String> arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(both);
      System.setErr(both);
      int exitCode = Main.run(arguments.toArray(String[]::new));
      return new Outcome(exitCode, bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** A Spark home whose spark-submit only tells what it was asked for. */
  static Path listeningSpark(Path directory) throws IOException {
    Path home = Files.createDirectories(directory.resolve("listening-spark"));
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("jars"));
    Files.writeString(home.resolve("jars/spark-core_2.12-3.5.9.jar"), "");
    Path submit = Files.writeString(home.resolve("bin/spark-submit"), SUBMIT);
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    return home;
  }

  /** The command that {@link #listeningSpark} was given last, without what is spark-submit's. */
  static List<String> heard(Path listeningSpark) throws IOException {
    List<String> arguments = Files.readAllLines(listeningSpark.resolve("arguments"));
    int jar = arguments.indexOf(Commands.ALL_JAR.toString());
    assertThat(jar).as("%s in %s", Commands.ALL_JAR, arguments).isPositive();
    return arguments.subList(jar + 1, arguments.size());
  }

  /**
   * Runs {@code bin/coppice} with a {@link #listeningSpark}, and returns what would be submitted.
   */
  static List<String> submitted(Path directory, List<String> arguments) throws Exception {
    Path spark = listeningSpark(directory);
    List<String> command = new ArrayList<>();
    command.add(Commands.DEPLOY.resolve("bin/coppice").toString());
    command.addAll(arguments);
    Outcome outcome = new Commands(directory).run(Map.of("SPARK_HOME", spark.toString()), command);
    assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(3);
    return heard(spark);
  }

  private static String filled(String argument) {
    if (argument.endsWith("/night.yaml")) {
      return Commands.DEPLOY.resolve("conf/night.yaml").toString();
    }
    return argument
        .replaceAll("\\$\\{env:\\w+}", "secret")
        .replaceAll("\\$\\(\\w+\\)", "night-1")
        .replace("{{ ds }}", "2026-01-31");
  }
}
