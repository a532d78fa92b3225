package io.coppice.benchmarks.step;

import io.coppice.benchmarks.contest.ContestantProcess;
import io.coppice.benchmarks.contest.Engine;
import io.coppice.benchmarks.contest.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One line of the table while it is measured: a running contestant and what its steps took. */
final class Entry implements AutoCloseable {

  private final Engine engine;
  private final Job job;
  private final ContestantProcess process;
  private final List<Double> seconds = new ArrayList<>();
  private final Map<String, Double> sums = new HashMap<>();
  private Map<String, Double> totals = Map.of();
  private Map<String, Double> kernelCache = Map.of();
  private double peakRssMiB;

  Entry(Engine engine, String name, Job job) throws IOException {
    this.engine = engine;
    this.job = job;
    this.process = engine.start(name, job);
  }

  Engine engine() {
    return engine;
  }

  Job job() {
    return job;
  }

  String name() {
    return process.name();
  }

  double loss() throws IOException {
    return required(process.ask("loss"), "loss");
  }

  void warmUp() throws IOException {
    process.ask("step");
  }

  /** Forgets what the engine counted while it warmed up. */
  void startCounting() throws IOException {
    process.ask("totals");
  }

  void time() throws IOException {
    Map<String, Double> step = process.ask("step");
    seconds.add(required(step, "nanos") / 1e9);
    step.forEach((name, value) -> sums.merge(name, value, Double::sum));
  }

  /** Reads the totals once all steps are taken. */
  void finish() throws IOException {
    totals = process.ask("totals");
    kernelCache = process.ask("kernel-cache");
    peakRssMiB = required(process.ask("memory"), "peakRssMiB");
  }

  int steps() {
    return seconds.size();
  }

  double totalSeconds() {
    return seconds.stream().mapToDouble(Double::doubleValue).sum();
  }

  double quantile(double share) {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  /** Mean over the timed steps of one of the step's figures. */
  double mean(String figure) {
    return sums.getOrDefault(figure, Double.NaN) / seconds.size();
  }

  double meanSeconds() {
    return totalSeconds() / seconds.size();
  }

  Map<String, Double> totals() {
    return totals;
  }

  Map<String, Double> kernelCache() {
    return kernelCache;
  }

  double peakRssMiB() {
    return peakRssMiB;
  }

  private static double required(Map<String, Double> values, String name) throws IOException {
    Double value = values.get(name);
    if (value == null) {
      throw new IOException("a contestant's answer has no " + name + ": " + values);
    }
    return value;
  }

  @Override
  public void close() {
    process.close();
  }
}
