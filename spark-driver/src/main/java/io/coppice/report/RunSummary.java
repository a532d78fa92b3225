package io.coppice.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param network name of the network
 * @param testAccuracy of the compact network; null where there were no images to test by
 * @param testLoss of the compact network, nats; null likewise
 * @param testImages number of test images
 * @param parameters of the compact network
 * @param denseParameters of the dense network
 * @param flops of the compact network, forward, one image
 * @param denseFlops of the dense network
 * @param imagesPerSecond training images seen in a second of wall time, all rounds
 * @param sparseStepMillis a step of one shard as the run ended, without a probe, median
 * @param probedStepMillis a step of one shard with a probe, median; null where the training had
 *     none
 * @param probedShare share of the training's rounds that had a probe
 * @param denseStepMillis forward and backward of the dense network on the same cores, in turn with
 *     it, median
 * @param trainSeconds wall time of the rounds
 * @param budget what the compact network keeps of it; null in summaries of earlier versions
 */
public record RunSummary(
    String network,
    @Nullable Double testAccuracy,
    @Nullable Double testLoss,
    long testImages,
    long parameters,
    long denseParameters,
    long flops,
    long denseFlops,
    double imagesPerSecond,
    double sparseStepMillis,
    @Nullable Double probedStepMillis,
    double probedShare,
    double denseStepMillis,
    double trainSeconds,
    @Nullable BudgetReport budget) {

  private static final ObjectReader JSON =
      new ObjectMapper()
          .readerFor(RunSummary.class)
          .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The summary that a run's manifest holds. */
  public static RunSummary of(JsonNode manifest) throws IOException {
    return JSON.readValue(manifest.path("summary"));
  }

  public double flopsRatio() {
    return (double) flops / denseFlops;
  }

  public double parametersRatio() {
    return (double) parameters / denseParameters;
  }

  /** How many times faster a sparse step without a probe is than a dense one, by the clock. */
  public double measuredSpeedup() {
    return denseStepMillis / sparseStepMillis;
  }

  /** The same for the training's steps on average, with and without a probe. */
  public double trainingSpeedup() {
    double probed = probedStepMillis == null ? sparseStepMillis : probedStepMillis;
    return denseStepMillis / (probedShare * probed + (1 - probedShare) * sparseStepMillis);
  }
}
