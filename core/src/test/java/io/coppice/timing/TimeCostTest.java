package io.coppice.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeCostTest {

  /** Of stored channels; masks have units of half of one. */
  private static final int BLOCK = 8;

  private static final double PER_PAIR = 1e-4;
  private static final double PER_CHANNEL = 2e-3;
  private static final double PER_LAYER = 0.05;
  private static final double PER_PARAMETER = 1e-6;
  private static final double PER_ROUND = 3;

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "vgg11", "mobilenet"})
  void fit_roundsOfSuchTimes_tellsThoseOfOtherMasks(String name) {
    Network network = NetworkCatalogue.create(name, new Shape(3, 32, 32), 10, 1);
    CostModel fitted = TimeCost.fit(network, BLOCK, rounds(network, 0, 24));
    for (TimedRound other : rounds(network, 100, 10)) {
      assertThat(fitted.cost(other.mask())).isCloseTo(other.millis(), withinPercentage(1));
    }
  }

  @Test
  void fit_masksWithoutSomeGroups_countNothingOfWhatIsSkipped() {
    Network network = NetworkCatalogue.create("resnet20", new Shape(3, 32, 32), 10, 1);
    CostModel fitted = TimeCost.fit(network, BLOCK, rounds(network, 0, 24));
    boolean[] indispensable = network.indispensableGroups();
    Mask.Builder branches = Mask.builder(network.groupChannels());
    for (int group = 0; group < indispensable.length; group++) {
      branches.activate(group, 0, !indispensable[group] && group % 3 > 0 ? 0 : 8);
    }
    TimedRound round = timed(network, branches.build());
    assertThat(fitted.cost(round.mask())).isCloseTo(round.millis(), withinPercentage(1));
  }

  private static List<TimedRound> rounds(Network network, long first, int count) {
    StructureSpace space = new StructureSpace(network.groupChannels(), 4);
    Mask.Builder half = Mask.builder(network.groupChannels());
    for (int group = 0; group < network.groups().size(); group++) {
      half.activate(group, 0, network.groupChannels()[group] / 2);
    }
    MaskSamples samples = new MaskSamples(space, network.indispensableGroups(), half.build());
    return LongStream.range(first, first + count)
        .mapToObj(i -> timed(network, samples.draw(CounterRandom.of(1, Purpose.TIMED_MASK, i))))
        .toList();
  }

  /** A round whose time is made up. */
  private static TimedRound timed(Network network, Mask mask) {
    CompactNetwork compact = CompactNetwork.of(network, mask);
    double[] nodes =
        network.nodes().stream().mapToDouble(node -> millis(network, compact, node)).toArray();
    return new TimedRound(
        mask,
        nodes,
        Arrays.stream(nodes).sum()
            + PER_ROUND
            + PER_PARAMETER
                * new CostModel(NetworkCost.parameters(network).terms(), List.of(), BLOCK)
                    .cost(mask));
  }

  private static double millis(Network network, CompactNetwork compact, Node node) {
    double out = stored(compact, node);
    if (out == 0) {
      return 0;
    }
    if (node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear) {
      double in = stored(compact, network.node(node.input()));
      return in == 0 ? 0 : PER_LAYER + PER_PAIR * in * out + PER_CHANNEL * (in + out);
    }
    return PER_LAYER + PER_CHANNEL * out;
  }

  /** No network here has nodes of several groups. */
  private static double stored(CompactNetwork compact, Node node) {
    int channels = compact.channels(node.index());
    return node.spans().get(0).isFixed() ? channels : BLOCK * Math.ceil(channels / (double) BLOCK);
  }
}
