package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TileTransformTest {

  @Property(tries = 50)
  void apply_anyMatrix_multipliesBothSidesAsOneMatrixOfThemDoes(
      @ForAll @IntRange(min = 1, max = 6) int outputs,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(min = 1, max = 70) int tiles,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] matrix = new float[outputs][inputs];
    for (float[] row : matrix) {
      for (int column = 0; column < inputs; column++) {
        row[column] = random.nextInt(-3, 4);
      }
      row[random.nextInt(inputs)] = 2;
    }
    float[][] in = new float[inputs * inputs][tiles];
    for (float[] element : in) {
      for (int tile = 0; tile < tiles; tile++) {
        element[tile] = random.nextFloat();
      }
    }
    float[][] out = new float[outputs * outputs][tiles];
    TileTransform transform = new TileTransform(matrix);
    transform.apply(in, new float[transform.innerElements()][tiles], out, tiles);
    float[] both = transform.matrixOfBothSides();

    for (int tile = 0; tile < tiles; tile++) {
      for (int row = 0; row < outputs; row++) {
        for (int column = 0; column < outputs; column++) {
          double expected = 0;
          double byOneMatrix = 0;
          int to = row * outputs + column;
          for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
              int from = i * inputs + j;
              expected += matrix[row][i] * in[from][tile] * matrix[column][j];
              byOneMatrix += both[to * inputs * inputs + from] * in[from][tile];
            }
          }
          assertThat((double) out[to][tile]).isCloseTo(expected, within(1e-3));
          assertThat(byOneMatrix).isCloseTo(expected, within(1e-3));
        }
      }
    }
  }
}
