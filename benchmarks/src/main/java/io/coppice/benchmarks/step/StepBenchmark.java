package io.coppice.benchmarks.step;

import io.coppice.benchmarks.Machine;
import io.coppice.benchmarks.contest.CoppiceContestant;
import io.coppice.benchmarks.contest.Engine;
import io.coppice.benchmarks.contest.Job;
import io.coppice.benchmarks.contest.JobOptions;
import io.coppice.onednn.Precision;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Times training steps on images of 3x32x32, one of each kind in turn: Coppice dense and paired,
 * with one single-threaded shard a core, and its peers with as many threads. Every kind has a JVM
 * of its own; all start from the same weights, and must agree on the loss before anything is timed.
 *
 * <p>Run by {@code benchmarks/run step}.
 */
@Command(
    name = "benchmarks/run step",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times training steps on images of 3x32x32, one of each kind in turn: Coppice dense and paired, one single-threaded"
          + " shard a core, and its peers with as many threads, each in a JVM of its own.",
      ""
    })
public final class StepBenchmark implements Callable<Integer> {

  /** Losses of one network by several engines differ by rounding alone. */
  private static final double LOSS_TOLERANCE = 1e-4;

  /**
   * The same where one of them computes with 8 significant bits, through 50 layers and norms of 4
   * images.
   */
  private static final double BFLOAT16_TOLERANCE = 0.1;

  /**
   * A kind of step that took so many seconds has been timed enough, after {@link #FEWEST_STEPS}.
   */
  private static final double LONG_ENOUGH_SECONDS = 60;

  private static final int FEWEST_STEPS = 3;

  private static final List<String> PEERS =
      List.of("pytorch", "authors", "dl4j", "dl4j-spark", "none");

  @Spec private CommandSpec spec;

  @Mixin private JobOptions options;

  @ArgGroup private Budgets budgets = new Budgets();

  /** What the masks may keep. */
  private static final class Budgets {
    @Option(
        names = "--flops",
        split = ",",
        paramLabel = "R",
        description = "Shares of the dense FLOPs that masks keep on average (default: 0.36,0.16).")
    private @Nullable List<Double> flops;

    @Option(
        names = "--remaining",
        split = ",",
        paramLabel = "K",
        description = "Shares of the channels that masks keep on average, instead of --flops.")
    private @Nullable List<Double> channels;
  }

  @Option(
      names = "--steps",
      description =
          "Timed steps of each kind; a kind rests after a minute (default: ${DEFAULT-VALUE}).")
  private int steps = 15;

  @Option(
      names = "--warm-up",
      description = "Steps of each kind before that (default: ${DEFAULT-VALUE}).")
  private int warmUp = 15;

  @Option(
      names = "--peers",
      split = ",",
      description =
          "What runs beside: pytorch (both memory formats), authors (the paper's released way, in PyTorch), dl4j,"
              + " dl4j-spark; none for none (default: pytorch).")
  private List<String> peers = List.of("pytorch");

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description =
          "How precisely Coppice and PyTorch compute: float32, bfloat16, or both (default: float32).")
  private List<Precision> precisions = List.of(Precision.FLOAT32);

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON too.")
  private @Nullable File json;

  StepBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new StepBenchmark()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException {
    List<Double> shares = shares();
    Job job = checkedJob(shares.get(0));
    List<Entry> entries = new ArrayList<>();
    try {
      start(job, shares, entries);
      requireSameLoss(entries);
      measure(entries);
      StepTable table = new StepTable(job.network(), job.batch(), entries);
      System.out.printf("%s%n%s%n", options.describe(), Machine.describe());
      table.print(System.out);
      if (json != null) {
        table.write(json);
      }
      return 0;
    } finally {
      entries.forEach(Entry::close);
    }
  }

  private List<Double> shares() {
    List<Double> given = budgets.channels != null ? budgets.channels : budgets.flops;
    return given == null ? List.of(0.36, 0.16) : given;
  }

  private Job checkedJob(double firstShare) {
    for (String peer : peers) {
      if (!PEERS.contains(peer)) {
        throw wrong("--peers: expected " + String.join(", ", PEERS) + ", found '" + peer + "'");
      }
    }
    return options.denseJob(firstShare, budgets.channels != null ? "channels" : "flops");
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  private void start(Job job, List<Double> shares, List<Entry> entries) throws IOException {
    for (Precision precision : precisions) {
      Job dense = job.withPrecision(precision);
      entries.add(new Entry(Engine.COPPICE, named(CoppiceContestant.DENSE, precision), dense));
      for (double share : shares) {
        for (String variant :
            List.of(CoppiceContestant.PAIRED_FIXED, CoppiceContestant.PAIRED_RESAMPLED)) {
          Job paired = dense.withBudget(share).withVariant(variant);
          entries.add(new Entry(Engine.COPPICE, named(variant, precision), paired));
        }
      }
    }
    for (String peer : peers) {
      startPeer(peer, job, entries);
    }
    entries.add(new Entry(Engine.MACHINE_PEAK, "matrix product", job));
  }

  private static String named(String what, Precision precision) {
    return precision == Precision.FLOAT32 ? what : what + "-bfloat16";
  }

  private void startPeer(String peer, Job job, List<Entry> entries) throws IOException {
    switch (peer) {
      case "none" -> {}
      case "pytorch" -> {
        for (Precision precision : precisions) {
          for (String format : List.of("nchw", "channels-last")) {
            entries.add(
                new Entry(
                    Engine.PYTORCH,
                    named("pytorch", precision) + " " + format,
                    job.withPrecision(precision).withVariant(format)));
          }
        }
      }
      case "authors" ->
          entries.add(new Entry(Engine.PYTORCH, "authors", job.withVariant("authors")));
      case "dl4j" -> entries.add(new Entry(Engine.DL4J, "dl4j", job));
      case "dl4j-spark" -> entries.add(new Entry(Engine.DL4J_SPARK, "dl4j-spark", job));
      default -> throw new IllegalArgumentException("unknown peer " + peer);
    }
  }

  private static void requireSameLoss(List<Entry> entries) throws IOException {
    double expected = entries.get(0).loss();
    for (Entry entry : List.copyOf(entries)) {
      // Coppice's sparse steps need less memory, which a dense one in their JVM would hide.
      if (entry.engine() == Engine.COPPICE || entry.engine() == Engine.MACHINE_PEAK) {
        continue;
      }
      double loss;
      try {
        loss = entry.loss();
      } catch (IOException e) {
        // A peer's own crash on this processor must not cost the figures of the others.
        System.err.println(entry.name() + " is left out: " + e.getMessage());
        entry.close();
        entries.remove(entry);
        continue;
      }
      double tolerance =
          entry.job().precision() == Precision.FLOAT32 ? LOSS_TOLERANCE : BFLOAT16_TOLERANCE;
      if (!(Math.abs(loss - expected) <= tolerance * expected)) {
        throw new IllegalStateException(
            entry.name()
                + " computes another network: loss "
                + loss
                + " where Coppice has "
                + expected);
      }
    }
    System.out.printf("Loss of the first minibatch, the same for all: %.5f%n", expected);
  }

  private void measure(List<Entry> entries) throws IOException {
    for (int round = 0; round < warmUp; round++) {
      for (Entry entry : entries) {
        // A second step of a slow peer would warm up nothing that the first did not.
        if (round == 0 || entry.engine() == Engine.COPPICE || round < 2 && isQuick(entry)) {
          entry.warmUp();
        }
      }
    }
    for (Entry entry : entries) {
      entry.startCounting();
    }
    for (int round = 0; round < steps; round++) {
      for (Entry entry : entries) {
        if (entry.steps() < FEWEST_STEPS || entry.totalSeconds() < LONG_ENOUGH_SECONDS) {
          entry.time();
        }
      }
    }
    for (Entry entry : entries) {
      entry.finish();
    }
  }

  private static boolean isQuick(Entry entry) {
    return entry.engine() != Engine.DL4J && entry.engine() != Engine.DL4J_SPARK;
  }
}
