package io.coppice.report;

import java.util.List;

/** Tells several listeners, in order. */
public final class RunListeners implements RunListener {

  private final List<RunListener> listeners;

  public RunListeners(List<RunListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void dataRead(DataReport data) {
    listeners.forEach(listener -> listener.dataRead(data));
  }

  @Override
  public void wasComplete(String directory) {
    listeners.forEach(listener -> listener.wasComplete(directory));
  }

  @Override
  public void wentOn(long rounds, String directory) {
    listeners.forEach(listener -> listener.wentOn(rounds, directory));
  }

  @Override
  public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
    listeners.forEach(listener -> listener.phaseStarted(phase, firstRound, rounds));
  }

  @Override
  public void timed(TimeReport report) {
    listeners.forEach(listener -> listener.timed(report));
  }

  @Override
  public void roundEnded(RoundReport report) {
    listeners.forEach(listener -> listener.roundEnded(report));
  }

  @Override
  public void epochEnded(EpochReport report) {
    listeners.forEach(listener -> listener.epochEnded(report));
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    listeners.forEach(listener -> listener.wentBack(reason, rounds, learningRateFactor));
  }

  @Override
  public void cautioned(String reason) {
    listeners.forEach(listener -> listener.cautioned(reason));
  }

  @Override
  public void warned(String problem) {
    listeners.forEach(listener -> listener.warned(problem));
  }
}
