package io.coppice.benchmarks.contest;

import io.coppice.compact.CompactNetwork;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.data.Normalisation;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.Precision;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.StepMasks;
import io.coppice.train.WeightInitialiser;
import java.util.Arrays;
import java.util.List;

/**
 * What every contestant of a run is given. Weights, images and masks follow from it, so that all
 * processes compute on the same numbers.
 *
 * @param network name in the catalogue
 * @param width factor on all channel counts
 * @param side rows and columns of an image
 * @param batch images a step over all shards
 * @param shards slices of a batch, each normalised by its own statistics; also the threads
 * @param variant how the engine is to work, such as {@code dense} or {@code channels-last}
 * @param budget share of the dense cost that masks may keep on average
 * @param cost what the budget counts: {@code flops} or {@code channels}
 * @param granularity channels a unit of structure
 * @param precision of activations
 */
public record Job(
    String network,
    double width,
    int side,
    int batch,
    int shards,
    String variant,
    double budget,
    String cost,
    int granularity,
    Precision precision) {

  /** Learning rate of the weights: small, because the images are noise. */
  public static final double LEARNING_RATE = 0.01;

  /** Momentum of the weights. */
  public static final double MOMENTUM = 0.9;

  /** Weight decay. */
  public static final double WEIGHT_DECAY = 5e-4;

  private static final int COLOURS = 3;
  private static final int CLASSES = 10;
  static final long SEED = 7;

  /** The same job, done in another way. */
  public Job withVariant(String other) {
    return new Job(
        network, width, side, batch, shards, other, budget, cost, granularity, precision);
  }

  /** The same job with another budget. */
  public Job withBudget(double other) {
    return new Job(
        network, width, side, batch, shards, variant, other, cost, granularity, precision);
  }

  /** The same job with activations of another precision. */
  public Job withPrecision(Precision other) {
    return new Job(network, width, side, batch, shards, variant, budget, cost, granularity, other);
  }

  /** As arguments of a child process. */
  public List<String> toArguments() {
    return List.of(
        network,
        Double.toString(width),
        Integer.toString(side),
        Integer.toString(batch),
        Integer.toString(shards),
        variant,
        Double.toString(budget),
        cost,
        Integer.toString(granularity),
        precision.name());
  }

  /** The job of a child process. */
  public static Job ofArguments(String[] arguments) {
    return new Job(
        arguments[0],
        Double.parseDouble(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]),
        arguments[5],
        Double.parseDouble(arguments[6]),
        arguments[7],
        Integer.parseInt(arguments[8]),
        Precision.valueOf(arguments[9]));
  }

  /** The full network. */
  public Network toNetwork() {
    return NetworkCatalogue.create(network, new Shape(COLOURS, side, side), CLASSES, width);
  }

  /** Images a shard contributes to a step. */
  public int shardBatch() {
    return batch / shards;
  }

  /** Initial trained tensors of the full network. */
  public float[] weights() {
    return WeightInitialiser.initialise(CompactNetwork.dense(toNetwork()).parameters(), SEED);
  }

  /** Images of a shard: exactly one minibatch. */
  public ImageSet images(int shard) {
    byte[] pixels = new byte[shardBatch() * COLOURS * side * side];
    int[] labels = new int[shardBatch()];
    CounterRandom random = CounterRandom.of(SEED, Purpose.AUGMENTATION, shard);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return new ImageSet(COLOURS, side, side, CLASSES, pixels, labels);
  }

  /** Normalisation of all shards: mean and deviation of bytes that are all as likely. */
  public Normalisation normalisation() {
    float[] mean = new float[COLOURS];
    float[] deviation = new float[COLOURS];
    Arrays.fill(mean, 127.5f);
    Arrays.fill(deviation, 73.9f);
    return new Normalisation(mean, deviation);
  }

  /** A shard's minibatches: the same images in every epoch, in an order of its own. */
  public Minibatches minibatches(int shard) {
    return new Minibatches(images(shard), normalisation(), Augmentation.NONE, SEED, shard);
  }

  /**
   * Mean FLOPs of the passes of a step with these masks, as a share of a dense pass: three parts
   * the trained mask, which goes forward and backward, and one part every probe.
   */
  public static double flopsRatio(CostModel flops, Mask full, StepMasks masks) {
    double passes = 3 * flops.cost(masks.trained());
    for (Mask probe : masks.probes()) {
      passes += flops.cost(probe);
    }
    return passes / (3 + masks.probes().size()) / flops.cost(full);
  }
}
