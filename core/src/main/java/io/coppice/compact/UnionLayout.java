package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the tensors of several masks' compact networks lie together, each value once. Of a few
 * masks there is nothing that none of them needs: an output channel's row has the input channels of
 * those masks in which the output channel is active. Of many it is the layout of the union of the
 * masks: nearly every pair of channels that both occur then occurs together in one of them, and
 * looking for the others would cost more than they do.
 */
public final class UnionLayout implements RowLayout {

  /** Pairs of channels that are active in two thirds of the masks are together in all but 1 %. */
  private static final int LARGEST_EXACT = 8;

  private final TensorLayout first;
  private final List<Rows> rows;
  private final int size;

  private UnionLayout(List<TensorLayout> layouts) {
    first = layouts.get(0);
    rows = new ArrayList<>();
    int offset = 0;
    for (int tensor = 0; tensor < first.tensors().size(); tensor++) {
      int index = tensor;
      Rows union = union(layouts.stream().map(l -> l.tensors().get(index)).toList(), offset);
      rows.add(union);
      offset = union.end();
    }
    size = offset;
  }

  /**
   * The trained tensors that some mask needs.
   *
   * @param masks at least one
   */
  public static RowLayout parameters(Network network, List<Mask> masks) {
    if (masks.size() > LARGEST_EXACT) {
      return TensorLayout.parameters(network, masks.stream().reduce(Mask::union).orElseThrow());
    }
    List<TensorLayout> layouts =
        masks.stream().map(mask -> TensorLayout.parameters(network, mask)).toList();
    return layouts.size() == 1 ? layouts.get(0) : new UnionLayout(layouts);
  }

  private static Rows union(List<Tensor> tensors, int offset) {
    int[] outputs =
        tensors.stream()
            .map(tensor -> channels(tensor.outputs()))
            .reduce(new BitSet(), UnionLayout::or)
            .stream()
            .toArray();
    Map<BitSet, Integer> setOfHolders = new LinkedHashMap<>();
    int[] setOfRow = new int[outputs.length];
    int[] position = new int[tensors.size()];
    for (int row = 0; row < outputs.length; row++) {
      BitSet holders = new BitSet();
      for (int i = 0; i < position.length; i++) {
        int[] ofMask = tensors.get(i).outputs();
        if (position[i] < ofMask.length && ofMask[position[i]] == outputs[row]) {
          holders.set(i);
          position[i]++;
        }
      }
      setOfRow[row] = setOfHolders.computeIfAbsent(holders, unused -> setOfHolders.size());
    }
    int[][] inputSets =
        setOfHolders.keySet().stream()
            .map(
                holders ->
                    holders.stream()
                        .mapToObj(i -> channels(tensors.get(i).inputs()))
                        .reduce(new BitSet(), UnionLayout::or)
                        .stream()
                        .toArray())
            .toArray(int[][]::new);
    int area = tensors.get(0).kernelArea();
    int[] starts = new int[outputs.length + 1];
    starts[0] = offset;
    for (int row = 0; row < outputs.length; row++) {
      starts[row + 1] = starts[row] + inputSets[setOfRow[row]].length * area;
    }
    return new Rows(tensors.get(0).name(), outputs, inputSets, setOfRow, starts, area);
  }

  private static BitSet channels(int[] channels) {
    BitSet set = new BitSet();
    for (int channel : channels) {
      set.set(channel);
    }
    return set;
  }

  private static BitSet or(BitSet left, BitSet right) {
    BitSet both = (BitSet) left.clone();
    both.or(right);
    return both;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Rows> rows() {
    return rows;
  }

  @Override
  public Rows rows(int node, Kind kind) {
    return rows.get(first.index(node, kind));
  }
}
