package io.coppice.ml;

import io.coppice.network.ChannelGroup;
import io.coppice.report.EpochReport;
import io.coppice.report.RunSummary;
import io.coppice.spark.TrainingResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a training came to. Kept in memory only, as summaries of Spark ML are: a model that was read
 * from a file has none.
 */
public final class ChannelSparseTrainingSummary {

  private final List<EpochReport> epochs;
  private final TrainingResult result;

  ChannelSparseTrainingSummary(List<EpochReport> epochs, TrainingResult result) {
    this.epochs = List.copyOf(epochs);
    this.result = result;
  }

  /**
   * Every epoch that this fit took, of training and fine-tuning: none of those before it went on
   * from {@code checkpointDir}.
   */
  public List<EpochReport> epochs() {
    return epochs;
  }

  /** What the network came to: FLOPs, parameters, times. */
  public RunSummary run() {
    return result.summary();
  }

  /** Number of {@link #epochs}. */
  public int totalIterations() {
    return epochs.size();
  }

  /** Mean training loss of each epoch, nats. */
  public double[] objectiveHistory() {
    return history(EpochReport::loss);
  }

  /** Training accuracy of each epoch, on augmented images. */
  public double[] accuracyHistory() {
    return history(EpochReport::accuracy);
  }

  /** Accuracy after each epoch on images that are held back from training. */
  public double[] heldBackAccuracyHistory() {
    return history(EpochReport::heldBackAccuracy);
  }

  private double[] history(ToDoubleFunction<EpochReport> of) {
    return epochs.stream().mapToDouble(of).toArray();
  }

  /**
   * Accuracy on the rows that {@code validationIndicatorCol} marks.
   *
   * @throws IllegalStateException if there were none
   */
  public double validationAccuracy() {
    return measured(run().testAccuracy());
  }

  /**
   * Mean cross-entropy on the rows that {@code validationIndicatorCol} marks, nats.
   *
   * @throws IllegalStateException if there were none
   */
  public double validationLoss() {
    return measured(run().testLoss());
  }

  private static double measured(@Nullable Double value) {
    if (value == null) {
      throw new IllegalStateException(
          "nothing was measured: validationIndicatorCol names the column that marks rows to validate by");
    }
    return value;
  }

  /** FLOPs of the compact network as a share of the full one's. */
  public double flopsRatio() {
    return run().flopsRatio();
  }

  /** Parameters of the compact network as a share of the full one's. */
  public double parametersRatio() {
    return run().parametersRatio();
  }

  /** Number of channels that were kept, by the group's name. */
  public Map<String, Integer> keptChannels() {
    Map<String, Integer> kept = new LinkedHashMap<>();
    for (ChannelGroup group : result.model().network().groups()) {
      kept.put(group.name(), result.model().mask().activeCount(group.id()));
    }
    return kept;
  }

  /** Wall time of all rounds in seconds. */
  public double trainSeconds() {
    return run().trainSeconds();
  }

  /** How many times faster a step of the compact network is than one of the full network. */
  public double measuredSpeedup() {
    return run().measuredSpeedup();
  }
}
