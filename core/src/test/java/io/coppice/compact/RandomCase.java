package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import java.util.List;

/** A random small network with weights, a mask and a minibatch, all from one seed. */
final class RandomCase {

  final Network network;
  final CompactNetwork dense;
  final Mask mask;
  final int batch;
  final float[] parameters;
  final float[] images;
  final int[] labels;
  final Targets targets;
  final long noise;

  private RandomCase(Network network, Mask mask, int batch, CounterRandom random) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.mask = mask;
    this.batch = batch;
    parameters = randomParameters(random);
    images = new float[batch * network.inputShape().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    noise = random.nextLong();
    labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = random.nextInt(network.classes());
    }
    int[] others = new int[batch];
    for (int i = 0; i < batch; i++) {
      others[i] = random.nextInt(network.classes());
    }
    targets =
        random.nextBoolean()
            ? Targets.of(labels)
            : new Targets(
                labels,
                others,
                (float) (0.5 + random.nextDouble() / 2),
                (float) (0.3 * random.nextDouble()));
  }

  private static final double SMALL_VARIANCE = 1e-3;
  private static final double NEAR_KINK = 2e-5;
  private static final double PERTURBATION = 1e-6;
  private static final double LARGE_CHANGE = 1e-4;

  /**
   * A network of the catalogue, a plain one, or one of any layers, of random shape, some of whose
   * groups may be empty. Cases in which single precision has no right answer to compare with are
   * passed over.
   */
  static RandomCase of(long seed) {
    for (int attempt = 0; ; attempt++) {
      RandomCase candidate = draw(CounterRandom.of(seed, Purpose.WEIGHT, attempt));
      if (candidate.wellConditioned()) {
        return candidate;
      }
    }
  }

  /**
   * Whether a rounding error stays one: no norm divides by almost nothing, nothing lies on a kink,
   * and weights that are off by a millionth do not change the gradient much.
   */
  private boolean wellConditioned() {
    MaskedReference exact = reference();
    if (exact.smallestVariance() < SMALL_VARIANCE || exact.nearestKink() < NEAR_KINK) {
      return false;
    }
    CounterRandom random = CounterRandom.of(noise, Purpose.WEIGHT);
    double[] near = parametersAsDoubles();
    for (int i = 0; i < near.length; i++) {
      near[i] *= 1 + PERTURBATION * random.nextGaussian();
    }
    double[] changed = referenceWith(near).gradient;
    double largest = 1e-2;
    double change = 0;
    for (int i = 0; i < near.length; i++) {
      largest = Math.max(largest, Math.abs(exact.gradient[i]));
      change = Math.max(change, Math.abs(changed[i] - exact.gradient[i]));
    }
    return change <= LARGE_CHANGE * largest;
  }

  private static RandomCase draw(CounterRandom random) {
    Network network = randomNetwork(random);
    StructureSpace space = new StructureSpace(network.groupChannels(), 1 + random.nextInt(3));
    double[] probabilities = new double[space.units()];
    Arrays.fill(probabilities, random.nextInt(4) == 0 ? 0.15 : 0.3 + 0.6 * random.nextDouble());
    Mask mask = new MaskSampler(space).draw(probabilities, random);
    return new RandomCase(network, mask, 2 + random.nextInt(4), random);
  }

  /** The given network under the given mask. */
  static RandomCase of(Network network, Mask mask, int batch, long seed) {
    return new RandomCase(network, mask, batch, CounterRandom.of(seed, Purpose.WEIGHT));
  }

  private static Network randomNetwork(CounterRandom random) {
    Shape shape =
        new Shape(1 + 2 * random.nextInt(2), 5 + random.nextInt(5), 5 + random.nextInt(5));
    int classes = 2 + random.nextInt(5);
    double width = 0.3 + random.nextDouble();
    return switch (random.nextInt(8)) {
      case 0 -> NetworkCatalogue.create("resnet8", shape, classes, width);
      case 1 -> NetworkCatalogue.create("wrn-10-1", shape, classes, width);
      case 2 -> NetworkCatalogue.create("vgg16", shape, classes, width / 16);
      case 3 -> plainNetwork(random, shape, classes);
      default -> RandomNetwork.draw(random);
    };
  }

  private static Network plainNetwork(CounterRandom random, Shape shape, int classes) {
    NetworkBuilder builder = new NetworkBuilder("plain", shape);
    int last = builder.input();
    int layers = 1 + random.nextInt(3);
    for (int i = 0; i < layers; i++) {
      int kernel = 1 + 2 * random.nextInt(3);
      last =
          builder.convolution(
              "conv" + i, last, 1 + random.nextInt(40), kernel, 1 + random.nextInt(2));
      last =
          random.nextBoolean()
              ? builder.batchNorm("norm" + i, last)
              : builder.batchNormRelu("norm" + i, last);
      if (random.nextBoolean()
          && builder.shape(last).height() > 2
          && builder.shape(last).width() > 2) {
        last = builder.maxPool("pool" + i, last, 2 + random.nextInt(2), 1 + random.nextInt(2));
      }
    }
    return builder.linear("classifier", builder.globalAveragePool("pool", last), classes);
  }

  private float[] randomParameters(CounterRandom random) {
    float[] values = new float[dense.parameters().size()];
    for (TensorLayout.Tensor tensor : dense.parameters().tensors()) {
      double fanIn = tensor.inputs().length * tensor.kernelArea();
      for (int i = 0; i < tensor.size(); i++) {
        values[tensor.offset() + i] =
            (float)
                switch (tensor.kind()) {
                  case WEIGHT -> random.nextGaussian() * Math.sqrt(2 / fanIn);
                  case SCALE -> 0.5 + random.nextDouble();
                  default -> 0.3 * random.nextGaussian();
                };
      }
    }
    return values;
  }

  double[] parametersAsDoubles() {
    double[] copy = new double[parameters.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = parameters[i];
    }
    return copy;
  }

  MaskedReference reference() {
    return referenceWith(parametersAsDoubles());
  }

  /** The reference with other weights. */
  MaskedReference referenceWith(double[] values) {
    return new MaskedReference(network, mask, batch, values, noise).run(images, targets);
  }

  CompactNetwork compact() {
    return CompactNetwork.of(network, mask);
  }

  /**
   * The weights of the mask alone, or together with another mask's, or all, from which the engine
   * takes what it needs.
   */
  Weights weights() {
    if (batch % 3 == 0) {
      return Weights.of(dense, parameters);
    }
    return weightsOf(batch % 3 == 1 ? List.of(mask) : List.of(otherMask(batch), mask));
  }

  /** What the masks need of the weights. */
  Weights weightsOf(List<Mask> masks) {
    RowLayout layout = UnionLayout.parameters(network, masks);
    return new Weights(layout, new Slicer(dense.parameters(), layout).gather(parameters));
  }

  /** Another mask of the same network; a third of the numbers give one with few channels. */
  Mask otherMask(int number) {
    StructureSpace space = new StructureSpace(network.groupChannels(), 1);
    double[] probabilities = new double[space.units()];
    Arrays.fill(probabilities, number % 3 == 0 ? 0.1 : 0.6);
    return new MaskSampler(space)
        .draw(probabilities, CounterRandom.of(number, Purpose.STRUCTURE_MASK));
  }

  @Override
  public String toString() {
    return network.name() + " " + network.inputShape() + " mask " + mask + " batch " + batch;
  }
}
