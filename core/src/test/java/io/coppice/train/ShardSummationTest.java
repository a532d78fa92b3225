package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Slicer;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShardSummationTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private final CompactNetworks networks = new CompactNetworks(NETWORK);

  @Property(tries = 40)
  void sum_wholeOrInSlices_sameBitsAsValueByValueInTheOrderOfTheShards(
      @ForAll boolean shared,
      @ForAll @IntRange(min = 1, max = 12) int shards,
      @ForAll @IntRange(min = 1, max = 2) int steps,
      @ForAll @IntRange(min = 1, max = 7) int slices,
      @ForAll Random random) {
    List<StepMasks> all =
        IntStream.range(0, (shared ? 1 : shards) * steps)
            .mapToObj(i -> new StepMasks(randomMask(random)))
            .toList();
    RoundMasks masks = new RoundMasks(shared, steps, all);
    List<StepSums> ofShards = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      CompactNetwork own = networks.of(masks.trained(shard));
      ofShards.add(
          new StepSums(
              randomValues(random, own.parameters().size()),
              randomValues(random, own.statistics().size())));
    }
    ShardSummation summation = new ShardSummation(networks, masks);

    StepSums whole = summation.sum(ofShards);
    assertSameBits(whole.gradient(), slowSum(masks, ofShards));
    assertSameBits(inSlices(summation, ofShards, slices), values(whole));
  }

  /** Every value is added up on its own, in a layout of all channels, and from 0 on. */
  private float[] slowSum(RoundMasks masks, List<StepSums> ofShards) {
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    float[] sum = new float[dense.parameters().size()];
    for (int shard = 0; shard < ofShards.size(); shard++) {
      float[] everywhere = new float[sum.length];
      new Slicer(dense.parameters(), networks.of(masks.trained(shard)).parameters())
          .scatter(ofShards.get(shard).gradient(), everywhere);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += everywhere[i];
      }
    }
    return new Slicer(dense.parameters(), networks.of(masks.trained()).parameters()).gather(sum);
  }

  /** As executors add: each a slice, the shards one after the other. */
  private static float[] inSlices(ShardSummation summation, List<StepSums> ofShards, int slices) {
    float[] whole = new float[summation.size()];
    for (int slice = 0; slice < slices; slice++) {
      int from = whole.length * slice / slices;
      int to = whole.length * (slice + 1) / slices;
      float[] sum = new float[to - from];
      for (int shard = 0; shard < ofShards.size(); shard++) {
        float[] part = new float[sum.length];
        System.arraycopy(summation.values(shard, ofShards.get(shard)), from, part, 0, part.length);
        ShardSummation.add(sum, part);
      }
      System.arraycopy(sum, 0, whole, from, sum.length);
    }
    return values(summation.sums(whole));
  }

  private static float[] values(StepSums sums) {
    float[] values = new float[sums.gradient().length + sums.statistics().length];
    System.arraycopy(sums.gradient(), 0, values, 0, sums.gradient().length);
    System.arraycopy(
        sums.statistics(), 0, values, sums.gradient().length, sums.statistics().length);
    return values;
  }

  private static void assertSameBits(float[] actual, float[] expected) {
    assertThat(bits(actual)).isEqualTo(bits(expected));
  }

  /** Zeros of both signs differ. */
  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  private static Mask randomMask(Random random) {
    int[] channels = NETWORK.groupChannels();
    Mask.Builder mask = Mask.builder(channels);
    for (int group = 0; group < channels.length; group++) {
      for (int channel = 0; channel < channels[group]; channel++) {
        if (random.nextInt(3) == 0) {
          mask.activate(group, channel, 1);
        }
      }
    }
    return mask.build();
  }

  /** With zeros of both signs among them. */
  private static float[] randomValues(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (random.nextInt(5)) {
            case 0 -> 0f;
            case 1 -> -0f;
            default -> (float) random.nextGaussian();
          };
    }
    return values;
  }
}
