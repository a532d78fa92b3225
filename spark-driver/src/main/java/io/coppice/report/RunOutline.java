package io.coppice.report;

/**
 * What a run is to be, as it is known before its first round.
 *
 * @param name of the run: that of its directory, or of its network where it is kept nowhere
 * @param network name of the network
 * @param channels of all channel groups of the dense network
 * @param roundsPerEpoch rounds of one pass over the shards
 * @param epochs of the training
 * @param fineTuneEpochs of the compact network after it
 * @param roundsBefore rounds that were taken before this process
 */
public record RunOutline(
    String name,
    String network,
    long channels,
    int roundsPerEpoch,
    int epochs,
    int fineTuneEpochs,
    long roundsBefore) {

  /** Rounds of all phases. */
  public long rounds() {
    return (long) roundsPerEpoch * (epochs + fineTuneEpochs);
  }

  /** Rounds of the phases before one. */
  public long roundsBefore(RunPhase phase) {
    return switch (phase) {
      case CALIBRATE, TRAIN -> 0;
      case CHOOSE, FINE_TUNE -> (long) roundsPerEpoch * epochs;
      case MEASURE -> rounds();
    };
  }
}
