package io.coppice.cli;

import io.coppice.data.Dataset;
import io.coppice.report.RunListener;
import io.coppice.spark.RunSetup;
import io.coppice.spark.SampleDataSource;

/** What the command says of a run beside its progress. */
final class Announcements implements RunListener {

  /** Says what is trained on what. */
  static void data(RunSetup setup) {
    Dataset dataset = setup.dataset();
    String path = setup.config().data().path();
    System.out.printf(
        "%s on %s: %,d training and %,d test images, %d classes%n",
        setup.network().name(),
        path.isEmpty() ? new SampleDataSource().locate("") : path,
        dataset.train().size(),
        dataset.test().size(),
        dataset.train().classes());
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
