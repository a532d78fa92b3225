package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the active channels of a tensor lie in native memory: rounded up to whole blocks by channels
 * of zeros, which stand at the end or, behind a merge, at the end of each merged part.
 *
 * @param active number of active channels
 * @param stored number of channels in memory
 * @param places for each active channel its number in memory; null where they are the same
 */
record StoredChannels(int active, int stored, int @Nullable [] places) {

  /** The one input channel of every channel of a depthwise convolution. */
  static final StoredChannels SINGLE = new StoredChannels(1, 1, null);

  /** Without added channels. */
  static StoredChannels plain(int active) {
    return new StoredChannels(active, active, null);
  }

  /** The number in memory of an active channel. */
  int place(int channel) {
    return places == null ? channel : places[channel];
  }

  /** Whether active channels have the same number in memory. */
  boolean inOrder() {
    return places == null;
  }

  /**
   * The storage of every node of a compact network.
   *
   * @param imageIsPlain whether the image lies as it comes, which only convolutions and linear
   *     layers can read
   */
  static StoredChannels[] ofNodes(
      KernelContext context, CompactNetwork compact, boolean imageIsPlain) {
    Network network = compact.network();
    StoredChannels[] storage = new StoredChannels[network.nodes().size()];
    for (Node node : network.nodes()) {
      storage[node.index()] =
          node.layer()
              .accept(
                  new OfNode(
                      context,
                      node,
                      compact.channels(node.index()),
                      storage,
                      imageIsPlain,
                      node.index() == network.nodes().size() - 1));
    }
    return storage;
  }

  private StoredChannels repeated(int times) {
    if (times == 1) {
      return this;
    }
    int[] repeated = new int[active * times];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = place(i / times) * times + i % times;
    }
    return of(stored * times, repeated);
  }

  private static StoredChannels of(int stored, int[] places) {
    boolean inOrder = true;
    for (int i = 0; i < places.length; i++) {
      inOrder &= places[i] == i;
    }
    return new StoredChannels(places.length, stored, inOrder ? null : places);
  }

  /** The storage of one node, from those before it. */
  private record OfNode(
      KernelContext context,
      Node node,
      int active,
      @Nullable StoredChannels[] before,
      boolean imageIsPlain,
      boolean last)
      implements Layer.Visitor<StoredChannels> {

    private StoredChannels rounded() {
      return new StoredChannels(active, context.padded(active), null);
    }

    private StoredChannels source() {
      return storage(node.inputs().get(0));
    }

    private StoredChannels storage(int input) {
      StoredChannels storage = before[input];
      if (storage == null) {
        throw new IllegalStateException(node.name() + " reads a node behind it");
      }
      return storage;
    }

    @Override
    public StoredChannels visit(Layer.Input input) {
      return imageIsPlain ? plain(active) : rounded();
    }

    @Override
    public StoredChannels visit(Layer.Convolution convolution) {
      return rounded();
    }

    @Override
    public StoredChannels visit(Layer.DepthwiseConvolution convolution) {
      return source().repeated(convolution.multiplier());
    }

    @Override
    public StoredChannels visit(Layer.BatchNorm norm) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Activation activation) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Pool pool) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.GlobalPool pool) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Sum sum) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Merge merge) {
      int[] places = new int[active];
      int next = 0;
      int first = 0;
      for (int input : node.inputs()) {
        StoredChannels part = storage(input);
        for (int channel = 0; channel < part.active(); channel++) {
          places[next++] = first + part.place(channel);
        }
        first += part.stored();
      }
      return of(first, places);
    }

    @Override
    public StoredChannels visit(Layer.ZeroPadding padding) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Dropout dropout) {
      return source();
    }

    @Override
    public StoredChannels visit(Layer.Linear linear) {
      return last ? plain(active) : rounded();
    }
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof StoredChannels other
        && active == other.active
        && stored == other.stored
        && Arrays.equals(places, other.places);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * active + stored) + Arrays.hashCode(places);
  }
}
