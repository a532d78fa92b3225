package io.coppice.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ExportFormatTest {

  private final CompactModel model = SampleModels.ofCatalogue("resnet8", 0.25, 0.5, 1);

  @Test
  void exporter_everyFormat_leavesTheStreamOpen() throws IOException {
    for (ExportFormat format : ExportFormat.values()) {
      AtomicBoolean closed = new AtomicBoolean();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      format
          .exporter()
          .write(
              model,
              new FilterOutputStream(bytes) {
                @Override
                public void close() {
                  closed.set(true);
                }
              });
      assertThat(closed).as("closed by %s", format).isFalse();
      assertThat(bytes.size()).isGreaterThan(model.parameters().length * Float.BYTES);
    }
  }

  @Test
  void exporter_safetensors_isTheModelsOwnFile() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ExportFormat.SAFETENSORS.exporter().write(model, bytes);
    assertThat(ModelFile.read(new ByteArrayInputStream(bytes.toByteArray()), "file"))
        .isEqualTo(model);
  }
}
