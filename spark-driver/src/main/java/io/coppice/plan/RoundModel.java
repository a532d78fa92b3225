package io.coppice.plan;

import io.coppice.reduction.Slicing;

/**
 * The time of a round as a sum of what its parts cost, each part a few products of counts and
 * measured constants.
 *
 * <p>Assumed are: nobody else uses cores and links; no task is slower than its like; every machine,
 * the driver's too, has a link of its own; an executor's tasks run in waves, one a core.
 *
 * <ul>
 *   <li>Weights go out by Spark's broadcast. All executors ask for them at the same moment, when
 *       the driver alone has them, so that it sends every executor a first block; from then on they
 *       serve each other.
 *   <li>Where the driver adds up, every shard's sums pass its link. Where executors do, each sends
 *       and receives what its own shards give, and the driver receives one sum.
 * </ul>
 *
 * @param speeds measured
 * @param blockBytes {@code spark.broadcast.blockSize}
 */
public record RoundModel(RoundSpeeds speeds, long blockBytes) {

  /** What runs set, see {@code SparkSettings}. */
  public static final long USUAL_BLOCK_BYTES = 16L << 20;

  /** Messages and answers before a block of a broadcast is on its way. */
  private static final int MESSAGES_OF_A_BLOCK = 3;

  /** Messages and answers of a stage: tasks go out, results come in. */
  private static final int MESSAGES_OF_A_STAGE = 2;

  /** Cores that {@link RoundSpeeds#shuffledByte} is shared by. */
  private static final int BOTH_ENDS = 2;

  /** With the usual blocks. */
  public RoundModel(RoundSpeeds speeds) {
    this(speeds, USUAL_BLOCK_BYTES);
  }

  /**
   * The time of a round.
   *
   * @param executors each a machine of its own
   * @param cores of each executor
   * @param link of each machine
   * @param addedOnExecutors where the shards' sums are added up
   */
  public RoundTime time(
      RoundLoad load, int executors, int cores, Link link, boolean addedOnExecutors) {
    int stages = addedOnExecutors ? 2 : 1;
    int tasks = load.shards() + (addedOnExecutors ? addingTasks(load) : 0);
    return new RoundTime(
        driver(load, addedOnExecutors),
        speeds.stage() * stages
            + speeds.task() * tasks
            + link.latencySeconds() * MESSAGES_OF_A_STAGE * stages,
        out(load.bytesOut(), executors, link),
        waves(load.shards(), executors * cores) * taskCompute(load),
        addedOnExecutors
            ? shuffle(load, executors, cores, link) + received((double) load.bytesOfShard(), link)
            : received((double) load.bytesToDriver(false), link));
  }

  /** The driver's own work. */
  public double driver(RoundLoad load, boolean addedOnExecutors) {
    return speeds.driverRound()
        + speeds.driverShard() * load.shards()
        + speeds.driverSentByte() * load.bytesOut()
        + speeds.driverReceivedByte() * load.bytesToDriver(addedOnExecutors)
        + speeds.driverModelByte() * load.modelBytes();
  }

  /** The steps of a shard on one core. */
  public double taskCompute(RoundLoad load) {
    double ofImage = speeds.flop() * load.passFlops() + speeds.value() * load.passValues();
    double ofStep = speeds.layer() * load.passLayers() + speeds.weightByte() * load.bytesOfShard();
    return load.localSteps() * (ofStep + load.imagesOfShard() * ofImage);
  }

  private double out(long bytes, int executors, Link link) {
    double first = Math.min(blockBytes, bytes);
    double blocks = Math.ceil((double) bytes / blockBytes);
    return speeds.handledByte() * bytes
        + link.seconds(executors * first + (bytes - first))
        + MESSAGES_OF_A_BLOCK * blocks * link.latencySeconds();
  }

  private double received(double bytes, Link link) {
    return speeds.handledByte() * bytes + link.seconds(bytes);
  }

  /** Every executor writes and sends what its shards give, and receives and adds as much. */
  private double shuffle(RoundLoad load, int executors, int cores, Link link) {
    double all = (double) load.shards() * load.bytesOfShard();
    double busyCores = Math.min(load.shards(), executors * cores);
    double fromOthers = all / executors * (executors - 1) / executors;
    return BOTH_ENDS * speeds.shuffledByte() * all / busyCores + link.seconds(fromOthers);
  }

  /** A task a slice, and one for what shards tell besides. */
  private static int addingTasks(RoundLoad load) {
    return Slicing.of((int) (load.bytesOfShard() / Float.BYTES), load.shards()).slices() + 1;
  }

  /**
   * Whether a round is shorter where executors add up the shards' sums, if every shard has an
   * executor of its own.
   *
   * @param shards number of shards
   * @param bytesOfShard of the sums of each
   * @param link of each machine
   */
  public boolean isShorterAddedOnExecutors(int shards, long bytesOfShard, Link link) {
    RoundLoad load = new RoundLoad(shards, 1, 1, 0, 0, 0, 0, bytesOfShard, 0);
    return time(load, shards, 1, link, true).seconds()
        < time(load, shards, 1, link, false).seconds();
  }

  private static int waves(int tasks, int cores) {
    return (tasks + cores - 1) / cores;
  }
}
