package io.coppice.export;

import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import java.io.IOException;
import java.io.OutputStream;

/** Writes models as their own file, from which they can be read back: {@link ModelFile}. */
public final class SafeTensorsExporter implements ModelExporter {

  @Override
  public void write(CompactModel model, OutputStream out) throws IOException {
    ModelFile.write(model, out);
  }
}
