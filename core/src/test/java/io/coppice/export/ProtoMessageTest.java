package io.coppice.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.protobuf.CodedOutputStream;

/** Against Google's own writer. */
class ProtoMessageTest {

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] expected(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] written(ProtoMessage message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    message.writeTo(bytes);
    return bytes.toByteArray();
  }

  @Property(tries = 300)
  void writeTo_fieldsOfAllTypes_areThoseOfProtocolBuffers(
      @ForAll long number, @ForAll float real, @ForAll String text, @ForAll byte[] bytes)
      throws IOException {
    ProtoMessage inner = new ProtoMessage().number(1, number).text(300, text);
    byte[] innerBytes =
        expected(
            out -> {
              if (number != 0) {
                out.writeInt64(1, number);
              }
              if (!text.isEmpty()) {
                out.writeString(300, text);
              }
            });
    assertThat(written(inner)).isEqualTo(innerBytes);
    assertThat(written(new ProtoMessage().message(7, inner).bytes(9, bytes).real(16, real)))
        .isEqualTo(
            expected(
                out -> {
                  out.writeByteArray(7, innerBytes);
                  out.writeByteArray(9, bytes);
                  if (Float.floatToRawIntBits(real) != 0) {
                    out.writeFloat(16, real);
                  }
                }));
  }

  @Property(tries = 300)
  void packed_wholeNumbers_areOneField(@ForAll long[] values) throws IOException {
    byte[] numbers =
        expected(
            out -> {
              for (long value : values) {
                out.writeInt64NoTag(value);
              }
            });
    assertThat(written(new ProtoMessage().packed(8, values)))
        .isEqualTo(
            expected(
                out -> {
                  if (values.length > 0) {
                    out.writeByteArray(8, numbers);
                  }
                }));
  }

  @Property(tries = 300)
  void writeTo_doubles_areThoseOfProtocolBuffers(@ForAll double real, @ForAll double[] values)
      throws IOException {
    assertThat(written(new ProtoMessage().real(17, real).packed(6, values)))
        .isEqualTo(
            expected(
                out -> {
                  if (Double.doubleToRawLongBits(real) != 0) {
                    out.writeDouble(17, real);
                  }
                  if (values.length > 0) {
                    out.writeByteArray(
                        6,
                        expected(
                            packed -> {
                              for (double value : values) {
                                packed.writeDoubleNoTag(value);
                              }
                            }));
                  }
                }));
  }

  @Test
  void oneOf_zero_isWritten() throws IOException {
    assertThat(written(new ProtoMessage().oneOf(2, 0)))
        .isEqualTo(expected(out -> out.writeFloat(2, 0)));
  }

  @Test
  void writeTo_zerosAndEmptyTexts_areNotWritten() throws IOException {
    assertThat(written(new ProtoMessage().number(1, 0).real(2, 0).text(3, ""))).isEmpty();
    assertThat(written(new ProtoMessage().real(2, -0.0f))).hasSize(5);
  }
}
