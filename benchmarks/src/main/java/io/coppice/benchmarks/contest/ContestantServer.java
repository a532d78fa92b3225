package io.coppice.benchmarks.contest;

import io.coppice.benchmarks.ProcessStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The child's side: obeys one command a line on standard input and answers each with one line on
 * standard output that starts with {@link #REPLY} and holds {@code name=value} pairs.
 */
public final class ContestantServer {

  static final String REPLY = "contestant:";
  static final String SEPARATOR = "\t";

  private ContestantServer() {}

  /** Serves until standard input ends. */
  public static void serve(String[] arguments, Function<Job, Contestant> maker) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Contestant contestant = maker.apply(Job.ofArguments(arguments))) {
      for (String command = commands.readLine(); command != null; command = commands.readLine()) {
        reply(answer(contestant, command));
      }
    }
  }

  private static Map<String, Double> answer(Contestant contestant, String command)
      throws IOException {
    return switch (command) {
      case "loss" -> Map.of("loss", contestant.loss());
      case "step" -> {
        long start = System.nanoTime();
        Contestant.StepFigures figures = contestant.step();
        double nanos = System.nanoTime() - start;
        yield Map.of(
            "nanos", nanos,
            "images", (double) figures.images(),
            "flopsRatio", figures.flopsRatio(),
            "storedFlopsRatio", figures.storedFlopsRatio(),
            "remaining", figures.remaining());
      }
      case "memory" -> Map.of("peakRssMiB", memoryMiB("VmHWM"), "rssMiB", memoryMiB("VmRSS"));
      case "totals" -> contestant.totals();
      case "kernel-cache" -> contestant.kernelCache();
      default -> throw new IllegalArgumentException("unknown command '" + command + "'");
    };
  }

  private static void reply(Map<String, Double> values) {
    StringJoiner line = new StringJoiner(SEPARATOR);
    line.add(REPLY);
    values.forEach((name, value) -> line.add(name + "=" + value));
    System.out.println(line);
    System.out.flush();
  }

  /** A memory figure of this process as the kernel counts it. */
  private static double memoryMiB(String name) throws IOException {
    return ProcessStatus.mib(ProcessHandle.current().pid(), name);
  }
}
