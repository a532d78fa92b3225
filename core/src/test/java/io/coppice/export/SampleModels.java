package io.coppice.export;

import io.coppice.compact.RandomNetwork;
import io.coppice.model.CompactModel;
import io.coppice.model.RandomModel;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Models to be exported. */
final class SampleModels {

  private SampleModels() {}

  /** A random model of a random network of all layers, in which some groups may be empty. */
  static CompactModel any(CounterRandom random) {
    Network network = RandomNetwork.draw(random);
    return RandomModel.of(network, random.nextInt(3) == 0 ? 0.15 : 0.6, random);
  }

  /** A random model of a network of the catalogue. */
  static CompactModel ofCatalogue(String name, double width, double share, long seed) {
    return RandomModel.of(
        NetworkCatalogue.create(name, new Shape(3, 12, 12), 5, width),
        share,
        CounterRandom.of(seed, Purpose.WEIGHT));
  }

  /**
   * A network in which linear layers, global pools and layers with rows and columns read each
   * other, and the logits come from a pool.
   */
  static CompactModel flatAndSpatial(long seed) {
    NetworkBuilder builder = new NetworkBuilder("mixed", new Shape(2, 5, 5));
    int image = builder.convolution("conv", builder.input(), 6, 3, 1);
    int hidden = builder.add("hidden", new Layer.Linear(6, true), image);
    hidden = builder.batchNormRelu("hidden.norm", hidden);
    int pooled = builder.globalAveragePool("pool", image);
    int convolved = builder.convolution("pool.conv", pooled, 6, 1, 1);
    int sum = builder.sumRelu("sum", hidden, convolved);
    int merged = builder.add("merge", new Layer.Merge(), sum, pooled, hidden);
    merged = builder.add("padding", new Layer.ZeroPadding(1, 0, 0, 1), merged);
    merged = builder.add("dropout", new Layer.Dropout(0.3), merged);
    int last = builder.add("head", new Layer.Convolution(4, Window.square(2, 1, 0), true), merged);
    last = builder.add("again", new Layer.GlobalPool(Layer.GlobalPool.Kind.MAXIMUM), last);
    builder.add("logits", new Layer.GlobalPool(Layer.GlobalPool.Kind.MEAN), last);
    return RandomModel.of(builder.build(), 0.7, CounterRandom.of(seed, Purpose.WEIGHT));
  }

  /** Pools that are padded on one side more than on the other, over values of both signs. */
  static CompactModel unevenPools(long seed) {
    NetworkBuilder builder = new NetworkBuilder("pools", new Shape(2, 9, 8));
    int last = builder.convolution("conv", builder.input(), 5, 3, 1);
    int[] parts = new int[9];
    int next = 0;
    for (Layer.Pool.Kind kind : Layer.Pool.Kind.values()) {
      for (Window window :
          new Window[] {
            new Window(3, 3, 2, 2, 0, 1, 0, 1),
            new Window(3, 2, 2, 2, 2, 0, 0, 1),
            new Window(4, 3, 2, 2, 0, 1, 1, 2)
          }) {
        int pool = builder.add("pool" + next, new Layer.Pool(kind, window), last);
        parts[next++] = builder.globalAveragePool("mean" + next, pool);
      }
    }
    Integer[] all = Arrays.stream(parts).boxed().toArray(Integer[]::new);
    int merged = builder.add("merge", new Layer.Merge(), all);
    return RandomModel.of(
        builder.linear("classifier", merged, 4), 0.8, CounterRandom.of(seed, Purpose.WEIGHT));
  }

  /** Networks whose logits come from layers of many kinds, with rows and columns and without. */
  static List<CompactModel> otherLogits() {
    List<CompactModel> models = new ArrayList<>();
    List<Layer> kinds =
        List.of(
            new Layer.Dropout(0.3),
            new Layer.BatchNorm(true, 1e-3f, 0.2f),
            Layer.Activation.leakyRelu(0.1f),
            Layer.Activation.RELU6,
            new Layer.Sum(false),
            new Layer.Sum(true),
            new Layer.Merge());
    for (Layer kind : kinds) {
      boolean twoInputs = kind instanceof Layer.Sum || kind instanceof Layer.Merge;
      for (boolean flat : twoInputs ? new boolean[] {true} : new boolean[] {true, false}) {
        NetworkBuilder builder = new NetworkBuilder("logits", new Shape(2, 6, 6));
        int image = builder.convolution("conv", builder.input(), 6, 3, 1);
        List<Integer> heads = new ArrayList<>();
        if (flat) {
          heads.add(builder.add("linear", new Layer.Linear(4, true), image));
        }
        if (!flat || twoInputs) {
          heads.add(
              builder.add("head", new Layer.Convolution(4, Window.square(6, 1, 0), true), image));
        }
        builder.add("last", kind, heads.toArray(new Integer[0]));
        models.add(
            RandomModel.of(builder.build(), 0.7, CounterRandom.of(models.size(), Purpose.WEIGHT)));
      }
    }
    return models;
  }
}
