package io.coppice.benchmarks.scale;

import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.plan.Link;
import io.coppice.plan.RoundLoad;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model says of clusters that nobody measured: executors of four cores with a shard each,
 * every shard with the same number of images a step, so that the batch grows with the cluster.
 *
 * @param network and its mask, for a person
 * @param gigabits of each machine's link
 * @param sizes a cluster each
 * @param wall executors beyond which a round of {@value #FIXED_BATCH} images gets no shorter
 * @param timesAtWall by how much it is shorter there than on one executor
 */
record Extrapolation(
    String network, double gigabits, List<Size> sizes, int wall, double timesAtWall) {

  static final int CORES = 4;

  /** Images a step over all shards where the batch does not grow. */
  static final int FIXED_BATCH = 1024;

  private static final int LARGEST = 256;
  private static final int MOST_LOCAL_STEPS = 1024;
  private static final double BUSY = 0.8;
  private static final List<Double> LINKS = List.of(1.0, 10.0, 25.0);
  private static final List<Double> SHARES = List.of(1.0, 0.25);

  /**
   * A cluster's.
   *
   * @param executors of it
   * @param times images a second over those of one executor
   * @param computeShare of a round
   * @param localSteps with which that is four fifths
   * @param roundMillis of a round of one step
   * @param reduce where sums are added up sooner
   */
  record Size(
      int executors,
      double times,
      double computeShare,
      int localSteps,
      double roundMillis,
      String reduce) {}

  /** A network of the table. */
  private record Subject(String network, Shape shape, int classes, int imagesOfShard) {
    RoundLoad load(double share, int shards, int batch) throws IOException {
      return Observation.load(
          network, 1, share, shape, CompactModel.numbered(classes), shards, batch);
    }
  }

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("resnet20", new Shape(3, 32, 32), 10, 32),
          new Subject("vgg16", new Shape(3, 32, 32), 10, 32),
          new Subject("resnet50", new Shape(3, 224, 224), 1000, 8));

  /** All rows of the table. */
  static List<Extrapolation> all(RoundModel model) throws IOException {
    List<Extrapolation> all = new ArrayList<>();
    for (Subject subject : SUBJECTS) {
      for (double share : SHARES) {
        for (double gigabits : LINKS) {
          all.add(of(subject, share, gigabits, model));
        }
      }
    }
    return all;
  }

  private static Extrapolation of(Subject subject, double share, double gigabits, RoundModel model)
      throws IOException {
    RoundLoad one = subject.load(share, CORES, CORES * subject.imagesOfShard());
    Link link = Link.ofGigabits(gigabits);
    List<Size> sizes = new ArrayList<>();
    double alone = one.images() / best(model, one, 1, link).seconds();
    for (int executors = 1; executors <= LARGEST; executors *= 2) {
      RoundLoad load = weak(one, executors);
      RoundTime time = best(model, load, executors, link);
      sizes.add(
          new Size(
              executors,
              load.images() / time.seconds() / alone,
              time.computeShare(),
              localSteps(model, load, executors, link),
              1e3 * time.seconds(),
              time.equals(model.time(load, executors, CORES, link, true))
                  ? "executors"
                  : "driver"));
    }
    RoundLoad fixed = subject.load(share, CORES, FIXED_BATCH);
    double longest = best(model, fixed, 1, link).seconds();
    int wall = 1;
    double shortest = longest;
    for (int executors = 2;
        executors * CORES * ManyShards.LEAST_IMAGES_OF_SHARD <= FIXED_BATCH;
        executors *= 2) {
      double seconds = best(model, fixed.withShards(executors * CORES), executors, link).seconds();
      if (seconds < shortest) {
        shortest = seconds;
        wall = executors;
      }
    }
    return new Extrapolation(
        subject.network() + (share == 1 ? ", dense" : ", " + share + " of the FLOPs"),
        gigabits,
        sizes,
        wall,
        longest / shortest);
  }

  /** The same images of every shard, with a shard a core. */
  private static RoundLoad weak(RoundLoad one, int executors) {
    return new RoundLoad(
        one.shards() * executors,
        one.localSteps(),
        one.imagesOfShard(),
        one.passFlops(),
        one.passValues(),
        one.passLayers(),
        one.bytesOut(),
        one.bytesOfShard(),
        one.modelBytes());
  }

  private static RoundTime best(RoundModel model, RoundLoad load, int executors, Link link) {
    RoundTime driver = model.time(load, executors, CORES, link, false);
    RoundTime onExecutors = model.time(load, executors, CORES, link, true);
    return driver.seconds() < onExecutors.seconds() ? driver : onExecutors;
  }

  private static int localSteps(RoundModel model, RoundLoad load, int executors, Link link) {
    int steps = 1;
    while (steps < MOST_LOCAL_STEPS
        && best(model, load.withLocalSteps(steps), executors, link).computeShare() < BUSY) {
      steps *= 2;
    }
    return steps;
  }

  /** The figures of so many executors. */
  Size size(int executors) {
    return sizes.stream().filter(size -> size.executors() == executors).findFirst().orElseThrow();
  }
}
