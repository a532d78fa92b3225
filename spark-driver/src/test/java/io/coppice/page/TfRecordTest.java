package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TfRecordTest {

  /** The bytes are those that TensorBoard's own writer of records makes of it. */
  @Test
  void write_text_isWhatTensorBoardWrites() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TfRecord.write("coppice".getBytes(StandardCharsets.US_ASCII), out);
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo("0700000000000000bbd79f11636f70706963652b7317fa");
  }
}
