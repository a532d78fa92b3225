package io.coppice.timing;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Coefficients, none of them negative, of a sum of products that comes closest to what was measured
 * in the sum of squared relative errors: active sets after Lawson and Hanson, "Solving Least
 * Squares Problems" (1974), chapter 23.
 */
public final class LeastSquares {

  private static final double TOLERANCE = 1e-9;

  private LeastSquares() {}

  /**
   * Fits.
   *
   * @param factors one row a measurement, one column a coefficient
   * @param measured positive
   */
  public static double[] fit(double[][] factors, double[] measured) {
    int columns = factors[0].length;
    double[] scale = new double[columns];
    RealMatrix matrix = new Array2DRowRealMatrix(measured.length, columns);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < measured.length; row++) {
        double value = factors[row][column] / measured[row];
        matrix.setEntry(row, column, value);
        scale[column] = Math.max(scale[column], Math.abs(value));
      }
      if (scale[column] > 0) {
        matrix.setColumnVector(column, matrix.getColumnVector(column).mapDivide(scale[column]));
      }
    }
    double[] ones = new double[measured.length];
    Arrays.fill(ones, 1);
    double[] solution = activeSets(matrix, new ArrayRealVector(ones));
    for (int column = 0; column < columns; column++) {
      solution[column] = scale[column] > 0 ? solution[column] / scale[column] : 0;
    }
    return solution;
  }

  private static double[] activeSets(RealMatrix matrix, RealVector target) {
    int columns = matrix.getColumnDimension();
    boolean[] free = new boolean[columns];
    double[] solution = new double[columns];
    while (true) {
      RealVector gradient =
          matrix
              .transpose()
              .operate(target.subtract(matrix.operate(new ArrayRealVector(solution, false))));
      int steepest = -1;
      for (int column = 0; column < columns; column++) {
        double slope = gradient.getEntry(column);
        if (!free[column]
            && slope > TOLERANCE
            && (steepest < 0 || slope > gradient.getEntry(steepest))) {
          steepest = column;
        }
      }
      if (steepest < 0) {
        return solution;
      }
      free[steepest] = true;
      double[] candidate = solve(matrix, target, free);
      while (negative(candidate, free) >= 0) {
        double share = 1;
        for (int column = 0; column < columns; column++) {
          if (free[column] && candidate[column] <= 0) {
            share = Math.min(share, solution[column] / (solution[column] - candidate[column]));
          }
        }
        for (int column = 0; column < columns; column++) {
          solution[column] += share * (candidate[column] - solution[column]);
          if (free[column] && solution[column] <= TOLERANCE) {
            free[column] = false;
            solution[column] = 0;
          }
        }
        candidate = solve(matrix, target, free);
      }
      solution = candidate;
    }
  }

  private static int negative(double[] candidate, boolean[] free) {
    for (int column = 0; column < candidate.length; column++) {
      if (free[column] && candidate[column] <= 0) {
        return column;
      }
    }
    return -1;
  }

  private static double[] solve(RealMatrix matrix, RealVector target, boolean[] free) {
    int[] columns = java.util.stream.IntStream.range(0, free.length).filter(i -> free[i]).toArray();
    double[] solution = new double[free.length];
    if (columns.length > 0) {
      int[] rows = java.util.stream.IntStream.range(0, matrix.getRowDimension()).toArray();
      RealVector part =
          new SingularValueDecomposition(matrix.getSubMatrix(rows, columns))
              .getSolver()
              .solve(target);
      for (int i = 0; i < columns.length; i++) {
        solution[columns[i]] = part.getEntry(i);
      }
    }
    return solution;
  }
}
