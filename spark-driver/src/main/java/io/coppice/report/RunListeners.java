package io.coppice.report;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several listeners, in order. One that fails ends no run and keeps nothing from the others:
 * they are warned of it, once, and it is told of what comes as before. {@link #dataRead} alone may
 * throw.
 */
public final class RunListeners implements RunListener {

  private static final Logger LOG = LoggerFactory.getLogger(RunListeners.class);

  private final List<RunListener> listeners;
  private final Set<RunListener> failed = ConcurrentHashMap.newKeySet();

  public RunListeners(List<RunListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  private void tell(Consumer<RunListener> what) {
    for (RunListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        if (failed.add(listener)) {
          String problem =
              listener.getClass().getName()
                  + ", which is told how the run gets on, failed; the run goes on, and no more is said of it: "
                  + e;
          LOG.warn("{}", problem, e);
          tell(other -> warn(other, listener, problem));
        }
      }
    }
  }

  private static void warn(RunListener other, RunListener failed, String problem) {
    if (other != failed) {
      other.warned(problem);
    }
  }

  @Override
  public void dataRead(DataReport data) {
    listeners.forEach(listener -> listener.dataRead(data));
  }

  @Override
  public void began(RunOutline run) {
    tell(listener -> listener.began(run));
  }

  @Override
  public void wasComplete(String directory) {
    tell(listener -> listener.wasComplete(directory));
  }

  @Override
  public void wentOn(long rounds, String directory) {
    tell(listener -> listener.wentOn(rounds, directory));
  }

  @Override
  public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
    tell(listener -> listener.phaseStarted(phase, firstRound, rounds));
  }

  @Override
  public void timed(TimeReport report) {
    tell(listener -> listener.timed(report));
  }

  @Override
  public void roundEnded(RoundReport report) {
    tell(listener -> listener.roundEnded(report));
  }

  @Override
  public void epochEnded(EpochReport report) {
    tell(listener -> listener.epochEnded(report));
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    tell(listener -> listener.wentBack(reason, rounds, learningRateFactor));
  }

  @Override
  public void cautioned(String reason) {
    tell(listener -> listener.cautioned(reason));
  }

  @Override
  public void warned(String problem) {
    tell(listener -> listener.warned(problem));
  }

  @Override
  public void checkpointWritten(long rounds, double seconds) {
    tell(listener -> listener.checkpointWritten(rounds, seconds));
  }

  @Override
  public void checkpointFailed(long rounds) {
    tell(listener -> listener.checkpointFailed(rounds));
  }

  @Override
  public void ended() {
    tell(RunListener::ended);
  }
}
