package io.coppice.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LeastSquaresTest {

  @Test
  void fit_exactData_findsTheCoefficients() {
    double[][] factors = {{1, 1e9, 0}, {1, 2e9, 1e3}, {1, 5e9, 5e3}, {1, 3e9, 9e3}};
    double[] measured = new double[4];
    for (int row = 0; row < 4; row++) {
      measured[row] = 0.5 + 2e-9 * factors[row][1] + 3e-4 * factors[row][2];
    }
    double[] fitted = LeastSquares.fit(factors, measured);
    assertThat(fitted[0]).isCloseTo(0.5, within(1e-6));
    assertThat(fitted[1]).isCloseTo(2e-9, within(1e-15));
    assertThat(fitted[2]).isCloseTo(3e-4, within(1e-10));
  }

  @Test
  void fit_whatWouldBeNegative_isZero() {
    double[] fitted =
        LeastSquares.fit(new double[][] {{1, 1}, {1, 2}, {1, 3}}, new double[] {3, 2, 1});
    assertThat(fitted[1]).isZero();
    assertThat(fitted[0]).isPositive();
  }

  @Test
  void fit_columnOfZeros_isZero() {
    double[] fitted = LeastSquares.fit(new double[][] {{1, 0}, {1, 0}}, new double[] {2, 2});
    assertThat(fitted).containsExactly(new double[] {2, 0}, within(1e-9));
  }
}
