package io.coppice.export;

import io.coppice.data.Normalisation;
import io.coppice.model.CompactModel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes models as a stock Deeplearning4j {@link ComputationGraph} in its zip: input {@code (batch,
 * channels, height, width)} normalised, output the class probabilities {@code (batch, classes)};
 * and a normaliser from pixels, 0 to 255, to that input.
 *
 * <p>Deeplearning4j knows no layer without channels: a group that lost all of its channels is
 * written as one of which all weights are 0, which is the same function.
 */
public final class Dl4jExporter implements ModelExporter {

  @Override
  public void write(CompactModel model, OutputStream out) throws IOException {
    ComputationGraph graph = graph(model);
    // Deeplearning4j's own writer flushes a stream after closing it, which the commons-io of Spark
    // refuses.
    ZipOutputStream zip = new ZipOutputStream(out);
    putEntry(
        zip,
        ModelSerializer.CONFIGURATION_JSON,
        graph.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(coefficients)) {
      Nd4j.write(graph.params(), data);
    }
    putEntry(zip, ModelSerializer.COEFFICIENTS_BIN, coefficients.toByteArray());
    ByteArrayOutputStream normaliser = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normaliser(model.normalisation()), normaliser);
    putEntry(zip, ModelSerializer.NORMALIZER_BIN, normaliser.toByteArray());
    zip.finish();
  }

  /** The model as a graph of Deeplearning4j, its weights filled in. */
  public static ComputationGraph graph(CompactModel model) {
    return new Dl4jGraphBuilder(model.withChannelsRoundedUp(1)).build();
  }

  private static NormalizerStandardize normaliser(Normalisation normalisation) {
    int channels = normalisation.channels();
    return new NormalizerStandardize(
        Nd4j.createFromArray(normalisation.mean()).reshape(1, channels),
        Nd4j.createFromArray(normalisation.deviation()).reshape(1, channels));
  }

  /** A fixed time, so that equal models are equal files. */
  private static void putEntry(ZipOutputStream zip, String name, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
