package io.coppice.benchmarks.scale;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What becomes of memory and time where data or clusters grow.
 *
 * <p>Run by {@code benchmarks/run scale}.
 */
@Command(
    name = "benchmarks/run scale",
    mixinStandardHelpOptions = true,
    description = "What becomes of memory and time where data or clusters grow.",
    subcommands = {ManyImages.class, ManyShards.class, RoundCosts.class},
    synopsisSubcommandLabel = "data|shards|model")
public final class ScaleBenchmark {

  ScaleBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  static int execute(String... arguments) {
    return new CommandLine(new ScaleBenchmark()).execute(arguments);
  }
}
