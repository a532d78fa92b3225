package io.coppice.export;

import io.coppice.model.CompactModel;
import java.io.IOException;
import java.io.OutputStream;

/** Writes models in one format. Stateless. */
public interface ModelExporter {

  /**
   * Writes a model; equal models give equal bytes.
   *
   * @param out stays open
   */
  void write(CompactModel model, OutputStream out) throws IOException;
}
