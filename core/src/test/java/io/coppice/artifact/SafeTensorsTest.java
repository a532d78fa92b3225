package io.coppice.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.artifact.SafeTensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SafeTensorsTest {

  @Test
  void read_whatWasWritten_sameTensorsInOrder() throws IOException {
    Map<String, Tensor> back = SafeTensors.read(new ByteArrayInputStream(example()), "file");
    assertThat(back.keySet()).containsExactly("weights", "empty", "s", "mask");
    assertThat(tensor(back, "weights").shape()).containsExactly(2, 3);
    assertThat(tensor(back, "weights").floats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensor(back, "empty").floats()).isEmpty();
    assertThat(tensor(back, "s").doubles()).containsExactly(0.25, 0.5);
    assertThat(tensor(back, "mask").data()).containsExactly(1, 0, 1);
  }

  @Test
  void read_wholeNumber_isTheSame() throws IOException {
    for (long value : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      SafeTensors.write(file, Map.of("count", Tensor.ofLong(value)));
      Map<String, Tensor> back =
          SafeTensors.read(new ByteArrayInputStream(file.toByteArray()), "file");
      assertThat(tensor(back, "count").type()).isEqualTo(SafeTensors.Type.I64);
      assertThat(tensor(back, "count").shape()).containsExactly(1);
      assertThat(tensor(back, "count").asLong()).isEqualTo(value);
    }
    Tensor two = new Tensor(SafeTensors.Type.I64, List.of(2), new byte[16]);
    assertThatThrownBy(two::asLong).hasMessageContaining("[2] values, not one");
    assertThatThrownBy(() -> Tensor.ofDoubles(new double[1]).asLong()).hasMessageContaining("F64");
  }

  @Test
  void write_layout_isThatOfTheFormat() throws IOException {
    byte[] file = example();
    int headerLength = file[0] & 0xff | (file[1] & 0xff) << 8;
    assertThat(headerLength % 8).isZero();
    assertThat(new String(file, 8, headerLength, StandardCharsets.UTF_8))
        .startsWith("{\"weights\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}");
    assertThat(file).hasSize(8 + headerLength + 24 + 16 + 3);
  }

  @Test
  void read_truncatedAnywhere_refusedNamingTheFile() throws IOException {
    byte[] file = example();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(
              () -> SafeTensors.read(new ByteArrayInputStream(cut), "model/x.safetensors"))
          .as("cut after %d bytes", length)
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("model/x.safetensors");
    }
  }

  @Test
  void read_trailingBytes_refused() throws IOException {
    byte[] file = example();
    assertThatThrownBy(
            () ->
                SafeTensors.read(
                    new ByteArrayInputStream(Arrays.copyOf(file, file.length + 1)), "file"))
        .hasMessageContaining("end of the file");
  }

  @Test
  void read_hugeHeader_refusedWithoutAllocation() {
    byte[] file = {-1, -1, -1, -1, -1, -1, -1, 127};
    assertThatThrownBy(() -> SafeTensors.read(new ByteArrayInputStream(file), "file"))
        .isInstanceOf(CorruptFileException.class);
  }

  @Test
  void new_shapeAndDataDisagree_refused() {
    assertThatThrownBy(() -> new Tensor(SafeTensors.Type.F32, List.of(3), new byte[8]))
        .hasMessageContaining("12 bytes")
        .hasMessageContaining("found 8");
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static byte[] example() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weights", Tensor.ofFloats(List.of(2, 3), new float[] {0, 1, 2, 3, 4, 5, 6}, 1, 6));
    tensors.put("empty", Tensor.ofFloats(List.of(0, 3), new float[0], 0, 0));
    tensors.put("s", Tensor.ofDoubles(new double[] {0.25, 0.5}));
    tensors.put("mask", Tensor.ofBytes(new byte[] {1, 0, 1}));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, tensors);
    return out.toByteArray();
  }
}
