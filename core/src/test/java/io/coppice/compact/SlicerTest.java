package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SlicerTest {

  @Property(tries = 50)
  void gather_anyMask_takesTheValuesOfItsChannels(
      @ForAll @LongRange(min = 0, max = 100_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    float[] numbered = new float[random.dense.parameters().size()];
    for (int i = 0; i < numbered.length; i++) {
      numbered[i] = i;
    }
    TensorLayout small = random.compact().parameters();
    float[] sliced = new float[small.size()];
    new Slicer(random.dense.parameters(), small).gather(numbered, sliced);
    int next = 0;
    for (int t = 0; t < small.tensors().size(); t++) {
      TensorLayout.Tensor full = random.dense.parameters().tensors().get(t);
      TensorLayout.Tensor part = small.tensors().get(t);
      for (int o : part.outputs()) {
        for (int i : part.inputs()) {
          for (int k = 0; k < part.kernelArea(); k++) {
            int position = full.offset() + (o * full.inputs().length + i) * full.kernelArea() + k;
            assertThat(sliced[next++]).isEqualTo(numbered[position]);
          }
        }
      }
    }
    assertThat(next).isEqualTo(sliced.length);
  }

  @Property(tries = 50)
  void scatter_gatheredValues_writesThemInPlaceAndTouchesNothingElse(
      @ForAll @LongRange(min = 0, max = 100_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    Slicer slicer = new Slicer(random.dense.parameters(), random.compact().parameters());
    float[] ones = new float[random.compact().parameters().size()];
    Arrays.fill(ones, 1);
    float[] touched = new float[random.parameters.length];
    slicer.scatter(ones, touched);
    assertThat(slicer.gather(touched)).containsExactly(ones);
    assertThat(slicer.gatherInParallel(touched)).containsExactly(ones);
    assertThat(IntStream.range(0, touched.length).filter(i -> touched[i] == 0).count())
        .isEqualTo(touched.length - ones.length);
  }

  @Test
  void new_smallMaskNotContained_refused() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);
    Mask left = Mask.builder(network.groupChannels()).activate(0, 0, 3).build();
    Mask right = Mask.builder(network.groupChannels()).activate(0, 2, 3).build();
    Slicer slicer =
        new Slicer(
            CompactNetwork.of(network, left).parameters(),
            CompactNetwork.of(network, right).parameters());
    float[] large = new float[CompactNetwork.of(network, left).parameters().size()];
    float[] small = new float[CompactNetwork.of(network, right).parameters().size()];
    assertThatThrownBy(() -> slicer.gather(large, small)).hasMessageContaining("channel 3");
  }
}
