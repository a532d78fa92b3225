package io.coppice.benchmarks.step;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Slicer;
import io.coppice.network.Network;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import io.coppice.train.WeightInitialiser;
import org.jspecify.annotations.Nullable;

/**
 * One shard's steps on random images: slicing, forward, backward, and the probe's forward pass. For
 * one thread.
 */
final class StepWorkload implements AutoCloseable {

  private final Network network;
  private final CompactNetwork dense;
  private final NetworkExecutor executor;
  private final float[] parameters;
  private final float[] images;
  private final int[] labels;

  StepWorkload(Network network, int batch) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.executor = new NetworkExecutor(network, batch);
    this.parameters = WeightInitialiser.initialise(dense.parameters(), 1);
    this.images = new float[batch * network.inputShape().size()];
    this.labels = new int[batch];
    CounterRandom random = CounterRandom.of(1, Purpose.AUGMENTATION);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < batch; i++) {
      labels[i] = random.nextInt(network.classes());
    }
  }

  /** Takes a step; returns its duration in nanoseconds. */
  long step(Mask trained, @Nullable Mask probe) {
    long start = System.nanoTime();
    CompactNetwork compact = CompactNetwork.of(network, trained);
    executor.forwardBackward(
        compact,
        slice(compact),
        images,
        labels,
        new float[compact.parameters().size()],
        new float[compact.statistics().size()]);
    if (probe != null) {
      CompactNetwork probed = CompactNetwork.of(network, probe);
      executor.forward(probed, slice(probed), images, labels);
    }
    return System.nanoTime() - start;
  }

  private float[] slice(CompactNetwork compact) {
    return new Slicer(dense.parameters(), compact.parameters()).gather(parameters);
  }

  @Override
  public void close() {
    executor.close();
  }
}
