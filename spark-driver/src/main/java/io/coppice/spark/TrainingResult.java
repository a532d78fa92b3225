package io.coppice.spark;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors;
import io.coppice.compact.CompactNetwork;
import io.coppice.exchange.NetworkJson;
import io.coppice.export.Dl4jExporter;
import io.coppice.export.OnnxExporter;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.report.RunSummary;
import io.coppice.storage.ResultFile;
import io.coppice.storage.RunDirectory;
import io.coppice.structure.Mask;
import io.coppice.train.ModelState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a run made.
 *
 * @param setup the run
 * @param model the compact network, trained
 * @param dense the dense network's state, of which the compact one is a part
 * @param probabilities the structure probabilities, one a unit
 * @param summary what it came to
 * @param instructionSets of the processors that computed it
 */
public record TrainingResult(
    RunSetup setup,
    CompactModel model,
    ModelState dense,
    double[] probabilities,
    RunSummary summary,
    List<String> instructionSets) {

  /** What a run came to whose final mask is trained. */
  static TrainingResult of(
      RunSetup setup, RunState state, RunSummary summary, List<String> instructionSets) {
    Mask mask = state.chosen();
    return new TrainingResult(
        setup,
        new CompactModel(
            CompactNetwork.of(setup.network(), mask),
            state.model().parametersOf(mask),
            state.model().statisticsOf(mask),
            setup.data().normalisation(),
            setup.data().classes(),
            ModelMetadata.of(setup.config())),
        state.model(),
        state.structure().probabilities(),
        summary,
        instructionSets);
  }

  /** The compact network: network and mask of the model. */
  public CompactNetwork compact() {
    return model.compact();
  }

  /** Writes the models. */
  public void writeModels(RunDirectory directory) throws IOException {
    for (ResultFile file : ResultFile.values()) {
      // The metrics were written while the run went on, and the report is made of all others.
      if (file != ResultFile.METRICS && file != ResultFile.REPORT) {
        directory.write(file.path(), out -> write(file, out));
      }
    }
  }

  private void write(ResultFile file, OutputStream out) throws IOException {
    switch (file) {
      case DL4J_MODEL -> new Dl4jExporter().write(model, out);
      case ONNX_MODEL -> new OnnxExporter().write(model, out);
      case COMPACT_MODEL -> ModelFile.write(model, out);
      case NETWORK ->
          out.write(NetworkJson.write(setup.network()).getBytes(StandardCharsets.UTF_8));
      case DENSE_WEIGHTS ->
          SafeTensors.write(
              out, ModelTensors.weights(dense.dense(), dense.parameters(), dense.statistics()));
      case STRUCTURE ->
          SafeTensors.write(
              out,
              ModelTensors.structure(setup.network(), model.mask(), setup.space(), probabilities));
      case METRICS, REPORT -> throw new IllegalArgumentException(file + " is no model");
    }
  }
}
