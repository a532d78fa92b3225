package io.coppice.plan;

import io.coppice.network.Network;
import io.coppice.onednn.Precision;
import java.util.List;

/**
 * What a run will take on a cluster, by a {@link RoundModel}.
 *
 * @param cluster that it runs on
 * @param load its rounds
 * @param addedOnExecutors where the shards' sums are added up
 * @param round the mean round of the training
 * @param readSeconds until all images are read, ordered and surveyed
 * @param trainSeconds all rounds of the training
 * @param fineTuneSeconds those after the choice of the mask
 * @param timesOneExecutor by how much the training is faster than on one of the executors
 * @param memory that it takes
 * @param heapMiB of an executor, as its memory leaves it
 * @param advice what would make it faster
 */
public record RunPlan(
    ClusterDescription cluster,
    RunLoad load,
    boolean addedOnExecutors,
    RoundTime round,
    double readSeconds,
    double trainSeconds,
    double fineTuneSeconds,
    double timesOneExecutor,
    MemoryNeed memory,
    long heapMiB,
    List<String> advice) {

  /**
   * Bytes of pixels that a core reads, hashes, sorts and surveys in a second, as {@code
   * benchmarks/run scale data} measured it.
   */
  private static final double READ_BYTES_PER_CORE_SECOND = 23e6;

  private static final int MIB_BITS = 20;

  public RunPlan {
    advice = List.copyOf(advice);
  }

  /**
   * What a run is besides its rounds.
   *
   * @param network full
   * @param precision of activations
   * @param imageBytes what all its images take on executors
   * @param batch images of a step over all shards
   */
  public record Run(Network network, Precision precision, long imageBytes, int batch) {}

  /**
   * Plans a run.
   *
   * @param model by which
   * @param addedOnExecutors where the shards' sums are added up
   */
  public static RunPlan of(
      Run run,
      RunLoad load,
      ClusterDescription cluster,
      RoundModel model,
      boolean addedOnExecutors) {
    RoundTime round = load.meanRound(model, cluster, addedOnExecutors);
    double alone = load.trainSeconds(model, cluster.withExecutors(1), addedOnExecutors);
    double trainSeconds = load.rounds() * round.seconds();
    MemoryNeed memory =
        MemoryNeed.of(
            run.network(),
            run.precision(),
            load.largest(),
            run.imageBytes(),
            cluster,
            addedOnExecutors);
    long heap = (cluster.memoryBytes() >> MIB_BITS) - memory.executorOverhead();
    double imagesPerCore = run.imageBytes() / (double) cluster.allCores();
    return new RunPlan(
        cluster,
        load,
        addedOnExecutors,
        round,
        imagesPerCore / READ_BYTES_PER_CORE_SECOND
            + cluster.link().seconds((double) run.imageBytes() / cluster.executors()),
        trainSeconds,
        load.fineTuneSeconds(model, cluster, addedOnExecutors),
        alone / trainSeconds,
        memory,
        heap,
        new Advice(load, cluster, model, addedOnExecutors).all(run.batch()));
  }

  /** Bytes of weights that leave the driver in the mean round, for all executors together. */
  public double bytesOut() {
    return cluster.executors() * load.mean(RoundLoad::bytesOut);
  }

  /** Bytes that the driver receives in the mean round. */
  public double bytesToDriver() {
    return load.mean(round -> round.bytesToDriver(addedOnExecutors));
  }

  /** Images a second over the training. */
  public double imagesPerSecond() {
    return load.settled().images() / round.seconds();
  }

  /** Whether executors' heaps hold all images; else the rest lies in mapped files. */
  public boolean imagesFit(double imageMemory) {
    return memory.executorImages() <= imageMemory * heapMiB;
  }

  /** What to ask Spark for. */
  public List<String> sparkSettings() {
    return List.of(
        "spark.executor.instances=" + cluster.executors(),
        "spark.executor.cores=" + cluster.cores(),
        "spark.executor.memory=" + heapMiB + "m",
        "spark.executor.memoryOverhead=" + memory.executorOverhead() + "m",
        "spark.driver.memory=" + memory.driverHeap() + "m",
        "spark.driver.extraJavaOptions=-XX:+UseParallelGC");
  }
}
