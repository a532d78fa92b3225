package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.ChannelSpan;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelImportanceTest {

  /**
   * A channel whose readers have weights so small that its removal changes nothing but the loss.
   */
  private static final double FAINT = 1e-7;

  @Property(tries = 20)
  void taylor_anyNetworkAndMask_isTheSquareOfWhatRemovingTheChannelChanges(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    for (int group = 0; group < random.network.groups().size(); group++) {
      int[] active = random.mask.activeChannels(group);
      for (int channel : active) {
        // Without the only channel its readers' norms see nothing, which no derivative foretells.
        if (active.length > 1 && channel % 5 == seed % 5) {
          assertRemovalChangesTheLossAsForetold(random, group, channel);
        }
      }
    }
  }

  private static void assertRemovalChangesTheLossAsForetold(
      RandomCase random, int group, int channel) {
    double[] parameters = random.parametersAsDoubles();
    for (Node node : random.network.nodes()) {
      if (node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear) {
        Tensor weight = random.dense.parameters().tensor(node.index(), Kind.WEIGHT);
        Node source = random.network.node(node.input());
        for (int i = 0; i < weight.size(); i++) {
          int input = i / weight.kernelArea() % weight.inputs().length;
          parameters[weight.offset() + i] *= isOf(source, input, group, channel) ? FAINT : 1;
        }
      }
    }
    MaskedReference present = random.referenceWith(parameters);
    double change = present.loss - withoutChannel(random, group, channel, parameters).loss;

    CompactNetwork compact = random.compact();
    Slicer slicer = new Slicer(random.dense.parameters(), compact.parameters());
    double[][] importance =
        new ChannelImportance(random.network)
            .taylor(
                compact.parameters(),
                slicer.gather(floats(parameters)),
                slicer.gather(floats(present.gradient)));
    double noise = 1e-6 * FAINT;
    assertThat(Math.sqrt(importance[group][channel]))
        .as("%s group %d channel %d", random, group, channel)
        .isCloseTo(Math.abs(change), within(noise + 1e-2 * Math.abs(change)));
  }

  private static MaskedReference withoutChannel(
      RandomCase random, int group, int channel, double[] parameters) {
    Mask.Builder without = Mask.builder(random.network.groupChannels());
    for (int other = 0; other < random.mask.groups(); other++) {
      for (int active : random.mask.activeChannels(other)) {
        if (other != group || active != channel) {
          without.activate(other, active, 1);
        }
      }
    }
    return new MaskedReference(
            random.network, without.build(), random.batch, parameters, random.noise)
        .run(random.images, random.targets);
  }

  private static boolean isOf(Node node, int nodeChannel, int group, int channel) {
    int first = 0;
    for (ChannelSpan span : node.spans()) {
      int within = nodeChannel - first;
      if (span.group() == group && within >= 0 && within / span.repeats() == channel) {
        return true;
      }
      first += span.channels();
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "resnet8", "resnet50"})
  void taylor_normsBehindAllConvolutions_isThePapersSumOverScaleAndShift(String name) {
    Network network = NetworkCatalogue.create(name, new Shape(3, 8, 8), 4, 0.1);
    RandomCase random = RandomCase.of(network, Mask.full(network.groupChannels()), 6, 5);
    double[] gradient = random.reference().gradient;
    double[][] expected =
        Arrays.stream(network.groupChannels()).mapToObj(double[]::new).toArray(double[][]::new);
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm) {
        for (Kind kind : new Kind[] {Kind.SCALE, Kind.SHIFT}) {
          Tensor tensor = random.dense.parameters().tensor(node.index(), kind);
          for (int i = 0; i < tensor.size(); i++) {
            expected[node.spans().get(0).group()][i] +=
                gradient[tensor.offset() + i] * random.parameters[tensor.offset() + i];
          }
        }
      }
    }
    double[][] importance =
        new ChannelImportance(network)
            .taylor(random.dense.parameters(), random.parameters, floats(gradient));
    for (int group = 0; group < expected.length; group++) {
      for (int channel = 0; channel < expected[group].length; channel++) {
        double change = Math.abs(expected[group][channel]);
        assertThat(Math.sqrt(importance[group][channel]))
            .isCloseTo(change, within(1e-6 + 1e-4 * change));
      }
    }
  }

  @Property(tries = 20)
  void magnitudeAndTaylor_ofAMask_areThoseOfTheDenseLayoutWithNothingElsewhere(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    CompactNetwork compact = random.compact();
    ChannelImportance importance = new ChannelImportance(random.network);
    Slicer slicer = new Slicer(random.dense.parameters(), compact.parameters());
    float[] part = slicer.gather(random.parameters);
    float[] gradient = slicer.gather(floats(random.reference().gradient));
    float[] everywhere = new float[random.parameters.length];
    float[] gradientEverywhere = new float[everywhere.length];
    slicer.scatter(part, everywhere);
    slicer.scatter(gradient, gradientEverywhere);
    RowLayout dense = random.dense.parameters();
    assertThat(importance.magnitude(compact.parameters(), part))
        .isDeepEqualTo(importance.magnitude(dense, everywhere));
    assertThat(importance.taylor(compact.parameters(), part, gradient))
        .isDeepEqualTo(importance.taylor(dense, everywhere, gradientEverywhere));
    for (int group = 0; group < random.mask.groups(); group++) {
      for (int channel = 0; channel < random.mask.channels(group); channel++) {
        if (!random.mask.isActive(group, channel)) {
          assertThat(importance.magnitude(compact.parameters(), part)[group][channel]).isZero();
        }
      }
    }
  }

  @Test
  void magnitude_residualStream_addsUpTheNormsOfAllThatWriteIntoIt() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 1);
    CompactNetwork dense = CompactNetwork.dense(network);
    float[] parameters = new float[dense.parameters().size()];
    setScale(network, parameters, "stem.norm", 2, -3);
    setScale(network, parameters, "stage1.block1.norm2", 2, 4);
    setScale(network, parameters, "stage1.block1.norm1", 2, 100);
    double[][] importance =
        new ChannelImportance(network).magnitude(dense.parameters(), parameters);
    assertThat(importance[node(network, "stem.conv").spans().get(0).group()])
        .containsExactly(0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void magnitude_layersOfAllKinds_countsNormsWhereThereAreAnyAndKernelsElsewhere() {
    NetworkBuilder builder = new NetworkBuilder("kinds", new Shape(1, 4, 4));
    int bare = builder.convolution("bare", builder.input(), 2, 1, 1);
    int doubled =
        builder.add(
            "doubled", new Layer.DepthwiseConvolution(2, Window.square(1, 1, 0), false), bare);
    int norm = builder.batchNorm("norm", builder.maxPool("pool", doubled, 2, 2));
    int hidden = builder.add("hidden", new Layer.Linear(2, true), norm);
    Network network = builder.linear("classes", hidden, 2);
    CompactNetwork dense = CompactNetwork.dense(network);
    float[] parameters = new float[dense.parameters().size()];
    set(network, parameters, "bare", Kind.WEIGHT, 3, -4);
    set(network, parameters, "doubled", Kind.WEIGHT, 100, 100, 100, 100);
    set(network, parameters, "norm", Kind.SCALE, 0.25f, -0.5f, 1, 2);
    float[] ofFirst = new float[16];
    ofFirst[3] = 3;
    ofFirst[7] = 4;
    set(network, parameters, "hidden", Kind.WEIGHT, ofFirst);
    set(network, parameters, "hidden", Kind.BIAS, 9, 9);
    assertThat(new ChannelImportance(network).magnitude(dense.parameters(), parameters))
        .isDeepEqualTo(new double[][] {{3 + 0.75, 4 + 3}, {5, 0}});
  }

  @Test
  void ofUnits_lastUnitOfAGroupSmaller_isTheMeanOfItsChannels() {
    StructureSpace space = new StructureSpace(new int[] {3, 2}, 2);
    assertThat(ChannelImportance.ofUnits(space, new double[][] {{1, 2, 5}, {4, 8}}))
        .containsExactly(1.5, 5, 6);
  }

  private static void setScale(
      Network network, float[] parameters, String name, int channel, float value) {
    TensorLayout layout = CompactNetwork.dense(network).parameters();
    parameters[layout.tensor(node(network, name).index(), Kind.SCALE).offset() + channel] = value;
  }

  private static void set(
      Network network, float[] parameters, String name, Kind kind, float... values) {
    Tensor tensor =
        CompactNetwork.dense(network).parameters().tensor(node(network, name).index(), kind);
    System.arraycopy(values, 0, parameters, tensor.offset(), values.length);
  }

  private static Node node(Network network, String name) {
    return network.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
