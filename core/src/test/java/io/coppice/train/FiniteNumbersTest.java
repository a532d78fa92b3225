package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FiniteNumbersTest {

  private static final TensorLayout LAYOUT =
      CompactNetwork.dense(NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.125))
          .parameters();

  @Property
  void only_anyNumber_isWhatJavaSaysOfIt(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    assertThat(FiniteNumbers.only(new float[] {1, value, -1})).isEqualTo(Float.isFinite(value));
  }

  @Property
  void only_oneOtherAnywhere_isSeen(@ForAll @IntRange(max = 200) int place) {
    float[] values = new float[201];
    assertThat(FiniteNumbers.only(values)).isTrue();
    values[place] = Float.NEGATIVE_INFINITY;
    assertThat(FiniteNumbers.only(values)).isFalse();
  }

  @Property(tries = 50)
  void firstOther_numberThatIsNotFinite_isItsTensor(@ForAll @IntRange(max = 10_000) int draw) {
    float[] values = new float[LAYOUT.size()];
    assertThat(FiniteNumbers.firstOther(LAYOUT, values)).isNull();
    int place = draw % values.length;
    values[place] = draw % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
    Tensor holder =
        LAYOUT.tensors().stream()
            .filter(t -> place >= t.offset() && place < t.offset() + t.size())
            .findFirst()
            .orElseThrow();
    assertThat(FiniteNumbers.firstOther(LAYOUT, values)).isEqualTo(holder.name());
  }
}
