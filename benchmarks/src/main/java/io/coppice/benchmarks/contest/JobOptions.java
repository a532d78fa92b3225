package io.coppice.benchmarks.contest;

import io.coppice.onednn.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what is trained, for every benchmark that starts contestants. */
public final class JobOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--network",
      description = "resnet20, vgg16, mobilenet, wrn-28-10, ... (default: ${DEFAULT-VALUE}).",
      defaultValue = "vgg16")
  private String network = "";

  @Option(
      names = "--width",
      description = "Factor on all channel counts (default: ${DEFAULT-VALUE}).")
  private double width = 1;

  @Option(
      names = "--side",
      description = "Rows and columns of an image (default: ${DEFAULT-VALUE}).")
  private int side = 32;

  @Option(
      names = "--granularity",
      description = "Channels a unit of structure (default: ${DEFAULT-VALUE}).")
  private int granularity = 1;

  @Option(
      names = "--batch",
      description = "Images a step over all shards (default: ${DEFAULT-VALUE}).")
  private int batch = 128;

  @Option(
      names = "--shards",
      description = "Shards, and threads of every peer (default: the number of cores).")
  private int shards = Runtime.getRuntime().availableProcessors();

  JobOptions() {}

  /**
   * The job of the dense contestant.
   *
   * @param budget share of the dense cost that masks may keep
   * @param cost what the budget counts
   * @throws ParameterException if the options contradict each other
   */
  public Job denseJob(double budget, String cost) {
    if (shards < 1 || batch % shards != 0) {
      throw wrong("--batch: expected a multiple of " + shards + " shards, found " + batch, null);
    }
    if (!(budget > 0 && budget <= 1)) {
      throw wrong(
          "the share that remains: expected more than 0 and at most 1, found " + budget, null);
    }
    Job job =
        new Job(
            network,
            width,
            side,
            batch,
            shards,
            CoppiceContestant.DENSE,
            budget,
            cost,
            granularity,
            Precision.FLOAT32);
    try {
      job.toNetwork();
    } catch (IllegalArgumentException e) {
      throw wrong("--network: " + e.getMessage(), e);
    }
    return job;
  }

  /** What is trained, in words. */
  public String describe() {
    return String.format(
        "%s, width %s, images of %dx%d, batch %d over %d shards of one thread, %d channels a unit",
        network, width, side, side, batch, shards, granularity);
  }

  private ParameterException wrong(String message, @Nullable Throwable cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}
