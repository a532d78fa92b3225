package io.coppice.artifact;

import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A network's weights and structure as named tensors. */
public final class ModelTensors {

  private ModelTensors() {}

  /**
   * Trained tensors and running statistics, named {@code node.kind} such as {@code
   * stem.conv.weight}.
   */
  public static Map<String, Tensor> weights(
      CompactNetwork compact, float[] parameters, float[] statistics) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    put(tensors, compact.parameters(), parameters);
    put(tensors, compact.statistics(), statistics);
    return tensors;
  }

  /**
   * The structure: for each group {@code NAME.mask} (one byte a channel, 1 where it is active) and
   * {@code NAME.probability} (one number a channel).
   *
   * @param probabilities s, one value a unit of {@code space}
   */
  public static Map<String, Tensor> structure(
      Network network, Mask mask, StructureSpace space, double[] probabilities) {
    double[][] perChannel = new double[network.groups().size()][];
    int[] filled = new int[perChannel.length];
    for (ChannelGroup group : network.groups()) {
      perChannel[group.id()] = new double[group.channels()];
      filled[group.id()] = space.lastingChannels(group.id());
      Arrays.fill(perChannel[group.id()], 0, filled[group.id()], 1);
    }
    for (int unit = 0; unit < space.units(); unit++) {
      int group = space.group(unit);
      for (int i = 0; i < space.size(unit); i++) {
        perChannel[group][filled[group]++] = probabilities[unit];
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ChannelGroup group : network.groups()) {
      tensors.put(maskName(group), maskTensor(group, mask));
      tensors.put(group.name() + ".probability", Tensor.ofDoubles(perChannel[group.id()]));
    }
    return tensors;
  }

  /** A mask as one byte a channel, 1 where it is active, groups one after the other. */
  public static Tensor mask(Mask mask) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int group = 0; group < mask.groups(); group++) {
      for (int channel = 0; channel < mask.channels(group); channel++) {
        bytes.write(mask.isActive(group, channel) ? 1 : 0);
      }
    }
    return Tensor.ofBytes(bytes.toByteArray());
  }

  /**
   * The mask that a tensor holds, as {@link #mask(Mask)} makes it.
   *
   * @param groupChannels number of channels of every group
   * @throws IllegalArgumentException if it does not have a byte for each of them
   */
  public static Mask mask(Tensor tensor, int[] groupChannels) {
    int channels = Arrays.stream(groupChannels).sum();
    if (tensor.type() != SafeTensors.Type.U8 || tensor.data().length != channels) {
      throw new IllegalArgumentException(
          "a mask of this network has " + channels + " bytes, found " + tensor.describe());
    }
    Mask.Builder mask = Mask.builder(groupChannels);
    int next = 0;
    for (int group = 0; group < groupChannels.length; group++) {
      for (int channel = 0; channel < groupChannels[group]; channel++) {
        if (tensor.data()[next++] != 0) {
          mask.activate(group, channel, 1);
        }
      }
    }
    return mask.build();
  }

  /** The mask: for each group {@code NAME.mask}, one byte a channel, 1 where it is active. */
  public static Map<String, Tensor> masks(Network network, Mask mask) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ChannelGroup group : network.groups()) {
      tensors.put(maskName(group), maskTensor(group, mask));
    }
    return tensors;
  }

  /**
   * The mask that tensors as those of {@link #masks} hold.
   *
   * @param file name for messages
   * @throws CorruptFileException if the tensor of a group is missing, of another type or length, or
   *     has another value than 0 and 1
   */
  public static Mask mask(Map<String, Tensor> tensors, Network network, String file)
      throws CorruptFileException {
    Mask.Builder mask = Mask.builder(network.groupChannels());
    for (ChannelGroup group : network.groups()) {
      Tensor found =
          find(tensors, maskName(group), SafeTensors.Type.U8, List.of(group.channels()), file);
      for (int channel = 0; channel < group.channels(); channel++) {
        byte value = found.data()[channel];
        if (value < 0 || value > 1) {
          throw new CorruptFileException(
              file,
              Long.BYTES,
              "0 or 1 for channel " + channel + " of " + maskName(group),
              String.valueOf(value));
        }
        if (value == 1) {
          mask.activate(group.id(), channel, 1);
        }
      }
    }
    return mask.build();
  }

  private static String maskName(ChannelGroup group) {
    return group.name() + ".mask";
  }

  private static Tensor maskTensor(ChannelGroup group, Mask mask) {
    byte[] active = new byte[group.channels()];
    for (int channel = 0; channel < active.length; channel++) {
      active[channel] = (byte) (mask.isActive(group.id(), channel) ? 1 : 0);
    }
    return Tensor.ofBytes(active);
  }

  /** Tensors of the layout of trained tensors alone. */
  static Map<String, Tensor> parameters(CompactNetwork compact, float[] values) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    put(tensors, compact.parameters(), values);
    return tensors;
  }

  /**
   * How some tensors differ from those of a network's weights and statistics: by their names, types
   * or shapes.
   *
   * @return a text a tensor, the network's first in their order; empty if they are the same
   */
  public static List<String> differences(Map<String, Tensor> tensors, CompactNetwork compact) {
    List<String> differences = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (TensorLayout layout : List.of(compact.parameters(), compact.statistics())) {
      for (TensorLayout.Tensor expected : layout.tensors()) {
        known.add(expected.name());
        Tensor found = tensors.get(expected.name());
        if (found == null
            || found.type() != SafeTensors.Type.F32
            || !found.shape().equals(expected.dimensions())) {
          differences.add(
              "expected "
                  + expected.name()
                  + " as F32 of shape "
                  + expected.dimensions()
                  + ", found "
                  + (found == null ? "none" : found.describe()));
        }
      }
    }
    tensors.forEach(
        (name, tensor) -> {
          if (!known.contains(name)) {
            differences.add("expected no " + name + ", found " + tensor.describe());
          }
        });
    return differences;
  }

  /**
   * The values of a layout's tensors.
   *
   * @param file name for messages
   * @throws CorruptFileException if a tensor is missing or of another type or shape
   */
  public static float[] values(Map<String, Tensor> tensors, TensorLayout layout, String file)
      throws CorruptFileException {
    // All are looked at before room is made, so that a small file asks for little.
    for (TensorLayout.Tensor expected : layout.tensors()) {
      find(tensors, expected.name(), SafeTensors.Type.F32, expected.dimensions(), file);
    }
    float[] values = new float[layout.size()];
    for (TensorLayout.Tensor expected : layout.tensors()) {
      Tensor found =
          find(tensors, expected.name(), SafeTensors.Type.F32, expected.dimensions(), file);
      System.arraycopy(found.floats(), 0, values, expected.offset(), expected.size());
    }
    return values;
  }

  private static Tensor find(
      Map<String, Tensor> tensors,
      String name,
      SafeTensors.Type type,
      List<Integer> shape,
      String file)
      throws CorruptFileException {
    Tensor found = tensors.get(name);
    if (found == null || found.type() != type || !found.shape().equals(shape)) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          "tensor " + name + " as " + type + " of shape " + shape,
          found == null ? "none" : found.describe());
    }
    return found;
  }

  private static void put(Map<String, Tensor> tensors, TensorLayout layout, float[] values) {
    for (TensorLayout.Tensor tensor : layout.tensors()) {
      List<Integer> shape = tensor.dimensions();
      tensors.put(tensor.name(), Tensor.ofFloats(shape, values, tensor.offset(), tensor.size()));
    }
  }
}
