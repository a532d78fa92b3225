package io.coppice.spark;

import io.coppice.artifact.Dl4jModel;
import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors;
import io.coppice.compact.CompactNetwork;
import io.coppice.report.RunSummary;
import io.coppice.storage.ResultFile;
import io.coppice.storage.RunDirectory;
import io.coppice.structure.Mask;
import io.coppice.train.ModelState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What a run made.
 *
 * @param setup the run
 * @param compact the compact network
 * @param parameters its trained tensors
 * @param statistics its running statistics
 * @param dense the dense network's state, of which the compact one is a part
 * @param probabilities the structure probabilities, one a unit
 * @param summary what it came to
 * @param instructionSets of the processors that computed it
 */
public record TrainingResult(
    RunSetup setup,
    CompactNetwork compact,
    float[] parameters,
    float[] statistics,
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
        CompactNetwork.of(setup.network(), mask),
        state.model().parametersOf(mask),
        state.model().statisticsOf(mask),
        state.model(),
        state.structure().probabilities(),
        summary,
        instructionSets);
  }

  /** Writes the models. */
  public void writeModels(RunDirectory directory) throws IOException {
    for (ResultFile file : ResultFile.values()) {
      // The metrics were written while the run went on.
      if (file != ResultFile.METRICS) {
        directory.write(file.path(), out -> write(file, out));
      }
    }
  }

  private void write(ResultFile file, OutputStream out) throws IOException {
    switch (file) {
      case DL4J_MODEL ->
          new Dl4jModel(compact, parameters, statistics)
              .write(out, setup.normalisation().mean(), setup.normalisation().deviation());
      case COMPACT_WEIGHTS ->
          SafeTensors.write(out, ModelTensors.weights(compact, parameters, statistics));
      case DENSE_WEIGHTS ->
          SafeTensors.write(
              out, ModelTensors.weights(dense.dense(), dense.parameters(), dense.statistics()));
      case STRUCTURE ->
          SafeTensors.write(
              out,
              ModelTensors.structure(
                  setup.network(), compact.mask(), setup.space(), probabilities));
      case METRICS -> throw new IllegalArgumentException(file + " is no model");
    }
  }
}
