package io.coppice.train;

import io.coppice.compact.ActiveChannels;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.exchange.StartValues;
import io.coppice.network.ChannelSpan;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.util.Arrays;

/**
 * The numbers of the dense network before the first round.
 *
 * @param known channels that the numbers are of: all where they were drawn or come from a dense
 *     network, the active ones where they come from a compact one
 * @param values the numbers
 */
public record TrainingStart(Mask known, StartValues values) {

  /** Weights that are drawn, as {@link WeightInitialiser} has them. */
  public static TrainingStart drawn(Network network, long seed) {
    CompactNetwork dense = CompactNetwork.dense(network);
    return of(
        network,
        new StartValues(
            WeightInitialiser.initialise(dense.parameters(), seed),
            WeightInitialiser.initialise(dense.statistics(), seed)));
  }

  /** The numbers of a dense network. */
  public static TrainingStart of(Network network, StartValues values) {
    return new TrainingStart(Mask.full(network.groupChannels()), values);
  }

  /**
   * The numbers of a dense network of which channels may have been removed: those of which all
   * weights, biases, scales and shifts are 0, so that whoever reads them reads 0. They are not
   * known, and begin as the channels that a compact network lacks.
   *
   * @param seed of what is drawn
   * @see #of(CompactNetwork, float[], float[], long)
   */
  public static TrainingStart withoutEmptyChannels(Network network, StartValues values, long seed) {
    CompactNetwork dense = CompactNetwork.dense(network);
    Mask present = present(dense, values.parameters());
    if (present.equals(Mask.full(network.groupChannels()))) {
      return of(network, values);
    }
    CompactNetwork compact = CompactNetwork.of(network, present);
    return of(
        compact,
        new Slicer(dense.parameters(), compact.parameters()).gather(values.parameters()),
        new Slicer(dense.statistics(), compact.statistics()).gather(values.statistics()),
        seed);
  }

  /** The channels of which a tensor that gives them has a number other than 0. */
  private static Mask present(CompactNetwork dense, float[] parameters) {
    Network network = dense.network();
    Mask.Builder present = Mask.builder(network.groupChannels());
    for (Node node : network.nodes()) {
      for (Tensor tensor : dense.parameters().tensors(node.index())) {
        int channel = 0;
        for (ChannelSpan span : node.spans()) {
          for (int i = 0; i < span.channels(); i++, channel++) {
            if (!span.isFixed() && isAnyNot0(parameters, tensor, channel)) {
              present.activate(span.group(), i / span.repeats(), 1);
            }
          }
        }
      }
    }
    return present.build();
  }

  private static boolean isAnyNot0(float[] parameters, Tensor tensor, int row) {
    int first = tensor.offset() + row * tensor.rowSize();
    for (int i = first; i < first + tensor.rowSize(); i++) {
      if (parameters[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The numbers of a compact network. Channels that it lacks have drawn weights, with which they
   * could learn, but convolutions and linear layers read them with weights of 0: under every mask
   * that has the compact network's channels the network computes what that one did.
   *
   * @param parameters trained tensors of the compact network
   * @param statistics its batch norms' running statistics
   * @param seed of what is drawn
   */
  public static TrainingStart of(
      CompactNetwork compact, float[] parameters, float[] statistics, long seed) {
    Network network = compact.network();
    CompactNetwork dense = CompactNetwork.dense(network);
    StartValues values = drawn(network, seed).values();
    leaveUnread(dense, compact.mask(), values);
    new Slicer(dense.parameters(), compact.parameters()).scatter(parameters, values.parameters());
    new Slicer(dense.statistics(), compact.statistics()).scatter(statistics, values.statistics());
    return new TrainingStart(compact.mask(), values);
  }

  /**
   * The same numbers, but for weights by which convolutions and linear layers read channels outside
   * of a mask: they are 0. Under every mask that has the channels of that one the network computes
   * the same at first.
   */
  public TrainingStart reading(Network network, Mask mask) {
    StartValues copy = new StartValues(values.parameters().clone(), values.statistics().clone());
    leaveUnread(CompactNetwork.dense(network), mask, copy);
    return new TrainingStart(known, copy);
  }

  private static void leaveUnread(CompactNetwork dense, Mask mask, StartValues values) {
    Network network = dense.network();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear) {
        int[] present = ActiveChannels.of(network.node(node.input()), mask);
        leaveUnread(present, dense.parameters().tensor(node.index(), Kind.WEIGHT), values);
      }
    }
  }

  /** Makes the weights 0 by which a layer reads channels that are not present. */
  private static void leaveUnread(int[] present, Tensor weight, StartValues values) {
    boolean[] reads = new boolean[weight.inputs().length];
    for (int channel : present) {
      reads[channel] = true;
    }
    int area = weight.kernelArea();
    for (int pair = 0; pair * area < weight.size(); pair++) {
      if (!reads[pair % reads.length]) {
        int first = weight.offset() + pair * area;
        Arrays.fill(values.parameters(), first, first + area, 0);
      }
    }
  }
}
