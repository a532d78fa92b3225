package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The compact networks of one network, with their layouts, each made once for as long as its mask
 * is in use: those of the masks that were asked for last are kept. For any number of threads.
 */
public final class CompactNetworks {

  /** Masks that a round shares among its shards, and those of the rounds before it. */
  private static final int KEPT = 16;

  private final Network network;
  private final Map<Mask, CompactNetwork> ofMask = new Latest<>();
  private final Map<List<Mask>, RowLayout> ofMasks = new Latest<>();

  public CompactNetworks(Network network) {
    this.network = network;
  }

  /** The full network. */
  public Network network() {
    return network;
  }

  /** The compact network of a mask. */
  public CompactNetwork of(Mask mask) {
    return find(ofMask, mask, wanted -> CompactNetwork.of(network, wanted));
  }

  /** {@link UnionLayout#parameters} of some masks. */
  public RowLayout parametersOf(List<Mask> masks) {
    return masks.size() == 1
        ? of(masks.get(0)).parameters()
        : find(ofMasks, masks, wanted -> UnionLayout.parameters(network, wanted));
  }

  private static <K, V> V find(Map<K, V> kept, K key, Function<K, V> make) {
    synchronized (kept) {
      V value = kept.get(key);
      if (value == null) {
        value = make.apply(key);
        kept.put(key, value);
      }
      return value;
    }
  }

  private static final class Latest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(KEPT, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > KEPT;
    }
  }
}
