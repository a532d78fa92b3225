package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrecisionTest {

  private static float rounded(float value) {
    float[] values = {value};
    Precision.BFLOAT16.round(values);
    return values[0];
  }

  /** The bfloat16 after another one of the same sign, away from 0. */
  private static float next(float bfloat16) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(bfloat16) + (1 << 16));
  }

  @Property
  void round_anyFloat_isTheNearestBfloat16OrTheEvenOneOfTwo(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    float below = Float.intBitsToFloat(bits & 0xffff0000);
    float above = next(below);
    if (!Float.isFinite(value) || !Float.isFinite(above)) {
      return;
    }
    BigDecimal down = new BigDecimal(value).subtract(new BigDecimal(below)).abs();
    BigDecimal up = new BigDecimal(above).subtract(new BigDecimal(value)).abs();
    int order = down.compareTo(up);
    boolean belowIsEven = (bits >>> 16 & 1) == 0;
    float expected = order < 0 || order == 0 && belowIsEven ? below : above;
    assertThat(Float.floatToRawIntBits(rounded(value)))
        .isEqualTo(Float.floatToRawIntBits(expected));
    assertThat(Precision.areBfloat16(new float[] {rounded(value)}, 0, 1)).isTrue();
  }

  @Test
  void round_valuesAtTheEnds_stayWhatTheyAre() {
    assertThat(rounded(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(rounded(Float.NaN)).isNaN();
    assertThat(rounded(Float.intBitsToFloat(0x7f800001))).as("of the smallest payload").isNaN();
    assertThat(rounded(Float.intBitsToFloat(0xffffffff))).isNaN();
    assertThat(rounded(Float.MAX_VALUE)).as("is nearer to it").isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float.floatToRawIntBits(rounded(-0f))).isEqualTo(Float.floatToRawIntBits(-0f));
  }

  @Test
  void round_float32_changesNothing() {
    float[] values = {0.1f, Float.MIN_VALUE, Float.MAX_VALUE};
    Precision.FLOAT32.round(values);
    assertThat(values).containsExactly(0.1f, Float.MIN_VALUE, Float.MAX_VALUE);
    assertThat(Precision.areBfloat16(values, 0, 3)).isFalse();
    assertThat(Precision.areBfloat16(new float[] {0.1f, 1, -2}, 1, 3)).isTrue();
  }
}
