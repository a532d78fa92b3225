package io.coppice.dl4j;

import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Tells a network and its listeners how a fit gets on: every round is an iteration, its loss the
 * score. The last epoch ends for them once the network has its weights.
 */
final class FitProgress implements RunListener {

  private final SparkNetwork network;
  private final List<TrainingListener> listeners;
  private final FitLength length;
  private final int firstIteration;
  private final int firstEpoch;
  private boolean inEpoch;

  FitProgress(SparkNetwork network, List<TrainingListener> listeners, FitLength length) {
    this.network = network;
    this.listeners = List.copyOf(listeners);
    this.length = length;
    this.firstIteration = network.iterations();
    this.firstEpoch = network.epochs();
  }

  @Override
  public void roundEnded(RoundReport report) {
    int before = length.epochsBefore(report.phase());
    int epoch = firstEpoch + before + report.epoch();
    int iteration =
        Math.toIntExact(firstIteration + (long) before * length.roundsPerEpoch() + report.round());
    network.count(iteration, epoch);
    network.score(report.loss());
    if (!inEpoch) {
      inEpoch = true;
      listeners.forEach(listener -> listener.onEpochStart(network.model()));
    }
    listeners.forEach(listener -> listener.iterationDone(network.model(), iteration, epoch));
    network.count(iteration + 1, epoch);
  }

  @Override
  public void epochEnded(EpochReport report) {
    if (length.epochsBefore(report.phase()) + report.epoch() + 1 < length.allEpochs()) {
      endEpoch();
    }
  }

  private void endEpoch() {
    if (inEpoch) {
      inEpoch = false;
      listeners.forEach(listener -> listener.onEpochEnd(network.model()));
    }
  }

  /** The fit ended, and the network has its weights. */
  void fitEnded() {
    // Whoever asked for the fit counts one more epoch afterwards.
    network.count(firstIteration + length.allRounds(), firstEpoch + length.allEpochs() - 1);
    endEpoch();
  }
}
