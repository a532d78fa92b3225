package io.coppice.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalisationTest {

  @Test
  void of_sumsOfPixels_bringsThemToMeanZeroAndVarianceOne() {
    int[][] pixels = {{0, 3, 250, 17, 99, 255}, {7, 7, 9, 9, 8, 200}};
    long[] sums = new long[2];
    long[] squares = new long[2];
    for (int channel = 0; channel < 2; channel++) {
      for (int pixel : pixels[channel]) {
        sums[channel] += pixel;
        squares[channel] += (long) pixel * pixel;
      }
    }
    Normalisation normalisation = Normalisation.of(6, sums, squares);
    for (int channel = 0; channel < 2; channel++) {
      double sum = 0;
      double square = 0;
      for (int pixel : pixels[channel]) {
        double value = normalisation.apply(channel, pixel);
        sum += value;
        square += value * value;
      }
      assertThat(sum / 6).isCloseTo(0, within(1e-5));
      assertThat(square / 6).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void of_constantChannel_staysFinite() {
    Normalisation normalisation = Normalisation.of(4, new long[] {0}, new long[] {0});
    assertThat(normalisation.apply(0, 0)).isZero();
  }
}
