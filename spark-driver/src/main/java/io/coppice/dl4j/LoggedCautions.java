package io.coppice.dl4j;

import io.coppice.report.RunListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a person should know, where Deeplearning4j logs. */
final class LoggedCautions implements RunListener {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelSparseTrainingMaster.class);

  @Override
  public void wasComplete(String directory) {
    LOG.info("{} holds the result of this fit already", directory);
  }

  @Override
  public void wentOn(long rounds, String directory) {
    LOG.info("the fit in {} goes on after {} rounds", directory, rounds);
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    LOG.warn(
        "{}: goes on from round {} with {} of the learning rate",
        reason,
        rounds,
        learningRateFactor);
  }

  @Override
  public void cautioned(String reason) {
    LOG.warn("{}", reason);
  }

  @Override
  public void warned(String problem) {
    LOG.warn("{}", problem);
  }
}
