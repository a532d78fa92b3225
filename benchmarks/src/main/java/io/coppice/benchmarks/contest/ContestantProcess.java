package io.coppice.benchmarks.contest;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The benchmark's side of a contestant: starts its JVM, sends it commands, reads the answers. */
public final class ContestantProcess implements AutoCloseable {

  private final String name;
  private final File log;
  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;

  /**
   * Starts a contestant.
   *
   * @param name for messages
   * @param classPath of its JVM
   * @param mainClass calls {@link ContestantServer#serve}
   * @param ompThreads threads of its native code
   * @param javaOptions options of its JVM
   */
  public ContestantProcess(
      String name,
      String classPath,
      String mainClass,
      int ompThreads,
      List<String> javaOptions,
      Job job)
      throws IOException {
    this.name = name;
    this.log = File.createTempFile("coppice-contestant", ".log");
    log.deleteOnExit();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(job.toArguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(ompThreads));
    builder.redirectError(log);
    process = builder.start();
    commands =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  public String name() {
    return name;
  }

  /** Sends a command and waits for its answer. */
  public Map<String, Double> ask(String command) throws IOException {
    commands.println(command);
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(ContestantServer.REPLY)) {
        return parse(line);
      }
    }
    throw new IOException(name + " ended at '" + command + "'; its last words:\n" + lastWords());
  }

  private static Map<String, Double> parse(String line) {
    Map<String, Double> values = new HashMap<>();
    String[] parts = line.split(ContestantServer.SEPARATOR, -1);
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].lastIndexOf('=');
      values.put(parts[i].substring(0, equals), Double.parseDouble(parts[i].substring(equals + 1)));
    }
    return values;
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log.toPath());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  @Override
  public void close() {
    commands.close();
    process.destroy();
  }
}
