package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against ND4J itself. */
class Nd4jVectorTest {

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writing.to(out);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 16_384, 40_000})
  void write_vectorsAndRows_areAsNd4jWritesThemAndAreReadBack(int length) throws IOException {
    float[] values = new float[length];
    CounterRandom random = CounterRandom.of(length, Purpose.WEIGHT);
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    INDArray vector = Nd4j.createFromArray(values);
    byte[] written = bytes(out -> Nd4jVector.write(values, out));
    assertThat(written).isEqualTo(bytes(out -> Nd4j.write(vector, out)));
    assertThat(Nd4jVector.read(written, "vector")).containsExactly(values);
    byte[] row = bytes(out -> Nd4jVector.writeRow(values, out));
    assertThat(row).isEqualTo(bytes(out -> Nd4j.write(vector.reshape(1, length), out)));
    assertThat(Nd4jVector.read(row, "row")).containsExactly(values);
  }
}
