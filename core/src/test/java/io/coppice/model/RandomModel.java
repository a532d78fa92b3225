package io.coppice.model;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.data.Normalisation;
import io.coppice.network.Network;
import io.coppice.random.CounterRandom;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Models with random weights, and images for them. */
public final class RandomModel {

  private RandomModel() {}

  /**
   * A model of a network.
   *
   * @param share chance of a channel to be there; some groups may be empty
   */
  public static CompactModel of(Network network, double share, CounterRandom random) {
    StructureSpace space = new StructureSpace(network.groupChannels(), 1);
    double[] probabilities = new double[space.units()];
    Arrays.fill(probabilities, share);
    return of(network, new MaskSampler(space).draw(probabilities, random), random);
  }

  /** A model of a network under a mask. */
  public static CompactModel of(Network network, Mask mask, CounterRandom random) {
    CompactNetwork compact = CompactNetwork.of(network, mask);
    return new CompactModel(
        compact,
        values(compact.parameters(), random),
        values(compact.statistics(), random),
        normalisation(network.inputShape().channels(), random),
        labels(network.classes()),
        Map.of("version", "1.2", "budget", "0.25"));
  }

  private static float[] values(TensorLayout layout, CounterRandom random) {
    float[] values = new float[layout.size()];
    for (Tensor tensor : layout.tensors()) {
      double deviation = Math.sqrt(2.0 / Math.max(1, tensor.inputs().length * tensor.kernelArea()));
      for (int i = 0; i < tensor.size(); i++) {
        values[tensor.offset() + i] =
            (float)
                switch (tensor.kind()) {
                  case WEIGHT -> deviation * random.nextGaussian();
                  case SCALE, VARIANCE -> 0.5 + random.nextDouble();
                  case SHIFT, BIAS, MEAN -> 0.2 * random.nextGaussian();
                };
      }
    }
    return values;
  }

  private static Normalisation normalisation(int channels, CounterRandom random) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      mean[channel] = (float) (100 + 50 * random.nextDouble());
      deviation[channel] = (float) (50 + 20 * random.nextDouble());
    }
    return new Normalisation(mean, deviation);
  }

  private static List<String> labels(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class \"" + c + "\" é").toList();
  }

  /** Pixels of some images for a network, 0 to 255. */
  public static byte[] pixels(Network network, int images, CounterRandom random) {
    byte[] pixels = new byte[images * network.inputShape().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return pixels;
  }

  /** The same pixels as numbers. */
  public static float[] floats(byte[] pixels) {
    float[] floats = new float[pixels.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = pixels[i] & 0xff;
    }
    return floats;
  }

  /** All probabilities, {@code (images, classes)}. */
  public static float[] probabilities(Predictions predictions) {
    float[] all = new float[predictions.images() * predictions.classes()];
    for (int image = 0; image < predictions.images(); image++) {
      System.arraycopy(
          predictions.probabilities(image),
          0,
          all,
          image * predictions.classes(),
          predictions.classes());
    }
    return all;
  }
}
