package io.coppice.report;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Whoever wants to hear of every run whose driver is in this JVM, whichever program starts it. Runs
 * know nothing of who that is.
 */
public final class RunObservers {

  private static final RunObservers OF_THIS_JVM = new RunObservers();

  private final List<RunObserver> observers = new CopyOnWriteArrayList<>();

  RunObservers() {}

  /** Makes a listener for each run. */
  public interface RunObserver {
    RunListener newRun();
  }

  public static RunObservers ofThisJvm() {
    return OF_THIS_JVM;
  }

  /** Has an observer hear of the runs that begin from now on. */
  public void add(RunObserver observer) {
    observers.add(observer);
  }

  /** Has an observer hear of no more runs. */
  public void remove(RunObserver observer) {
    observers.remove(observer);
  }

  /** A run's listener, and those of all observers. */
  public RunListener with(RunListener ofRun) {
    return new RunListeners(
        Stream.concat(Stream.of(ofRun), observers.stream().map(RunObserver::newRun)).toList());
  }
}
