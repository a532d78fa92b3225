package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class UnionLayoutTest {

  @Property(tries = 60)
  void parameters_anyMasks_holdWhatEachNeedsAndNothingElse(
      @ForAll @LongRange(min = 0, max = 100_000) long seed,
      @ForAll @IntRange(min = 1, max = 5) int count) {
    RandomCase random = RandomCase.of(seed);
    List<Mask> masks =
        Stream.concat(
                Stream.of(random.mask),
                IntStream.range(1, count).mapToObj(i -> random.otherMask((int) seed + i)))
            .toList();
    Weights weights = random.weightsOf(masks);
    Set<Integer> needed = new HashSet<>();
    for (Mask mask : masks) {
      TensorLayout layout = TensorLayout.parameters(random.network, mask);
      assertThat(new Slicer(weights.layout(), layout).gather(weights.values()))
          .containsExactly(new Slicer(random.dense.parameters(), layout).gather(random.parameters));
      for (int t = 0; t < layout.tensors().size(); t++) {
        Tensor full = random.dense.parameters().tensors().get(t);
        Tensor part = layout.tensors().get(t);
        for (int o : part.outputs()) {
          for (int i : part.inputs()) {
            int position = full.offset() + o * full.rowSize() + i * full.kernelArea();
            IntStream.range(0, full.kernelArea()).forEach(k -> needed.add(position + k));
          }
        }
      }
    }
    assertThat(weights.layout().size()).isEqualTo(needed.size());
  }

  @Property(tries = 10)
  void parameters_manyMasks_holdWhatEachNeedsInTheLayoutOfTheirUnion(
      @ForAll @LongRange(min = 0, max = 100_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    List<Mask> masks =
        IntStream.range(0, 9).mapToObj(i -> random.otherMask((int) seed + i)).toList();
    Weights weights = random.weightsOf(masks);
    for (Mask mask : masks) {
      TensorLayout layout = TensorLayout.parameters(random.network, mask);
      assertThat(new Slicer(weights.layout(), layout).gather(weights.values()))
          .containsExactly(new Slicer(random.dense.parameters(), layout).gather(random.parameters));
    }
    Mask union = masks.stream().reduce(Mask::union).orElseThrow();
    assertThat(weights.layout().size())
        .isEqualTo(TensorLayout.parameters(random.network, union).size());
  }

  @Property(tries = 20)
  void rows_ofANode_areThoseOfItsTensor(@ForAll @LongRange(min = 0, max = 100_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    RowLayout union =
        UnionLayout.parameters(random.network, List.of(random.mask, random.otherMask((int) seed)));
    for (Node node : random.network.nodes()) {
      if (node.layer() instanceof Layer.Convolution) {
        assertThat(union.rows(node.index(), Kind.WEIGHT).name()).isEqualTo(node.name() + ".weight");
      }
    }
    int end = 0;
    for (Rows rows : union.rows()) {
      assertThat(rows.offset()).isEqualTo(end);
      end = rows.end();
    }
    assertThat(union.size()).isEqualTo(end);
  }

  @Test
  void parameters_oneMask_isItsCompactNetworks() {
    RandomCase random = RandomCase.of(5);
    assertThat(UnionLayout.parameters(random.network, List.of(random.mask)))
        .isInstanceOf(TensorLayout.class)
        .usingRecursiveComparison()
        .isEqualTo(random.compact().parameters());
  }
}
