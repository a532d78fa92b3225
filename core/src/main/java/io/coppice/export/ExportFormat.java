package io.coppice.export;

/** The formats in which a model can be written. */
public enum ExportFormat {
  /** Deeplearning4j's zip, with a normaliser for raw pixels. */
  DL4J(new Dl4jExporter()),
  /** ONNX, from raw pixels to probabilities. */
  ONNX(new OnnxExporter()),
  /** The model's own file. */
  SAFETENSORS(new SafeTensorsExporter());

  private final ModelExporter exporter;

  ExportFormat(ModelExporter exporter) {
    this.exporter = exporter;
  }

  /** Writes this format. */
  public ModelExporter exporter() {
    return exporter;
  }
}
