package io.coppice.cli;

import io.coppice.report.DataReport;
import io.coppice.report.RunListener;

/** What the command says of a run beside its progress. */
final class Announcements implements RunListener {

  private boolean complete;

  /** Whether it said that nothing was to be done. */
  boolean saidComplete() {
    return complete;
  }

  @Override
  public void dataRead(DataReport data) {
    System.out.printf(
        "%s on %s: %,d training and %,d test images, %d classes%n",
        data.network(), data.source(), data.trainImages(), data.testImages(), data.classes());
    if (data.unreadable() > 0) {
      System.out.printf("%,d images cannot be read and are passed over%n", data.unreadable());
    }
  }

  @Override
  public void wasComplete(String directory) {
    complete = true;
    System.out.println("This very run is complete already: " + directory);
  }

  @Override
  public void wentOn(long rounds, String directory) {
    System.out.printf("Going on from the checkpoint after %,d rounds in %s%n", rounds, directory);
  }

  @Override
  public void warned(String problem) {
    System.err.println("coppice: " + problem);
  }
}
