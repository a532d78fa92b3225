package io.coppice.export;

import io.coppice.data.Normalisation;
import io.coppice.exchange.Nd4jVector;
import io.coppice.exchange.NetworkFile;
import io.coppice.model.CompactModel;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes models as the zip of a Deeplearning4j {@code ComputationGraph}: input {@code (batch,
 * channels, height, width)} normalised, output the class probabilities {@code (batch, classes)};
 * and a normaliser from pixels, 0 to 255, to that input. The entries are byte by byte those that
 * Deeplearning4j writes itself, which is not needed for it.
 *
 * <p>Deeplearning4j knows no layer without channels: a group that lost all of its channels is
 * written as one of which all weights are 0, which is the same function.
 */
public final class Dl4jExporter implements ModelExporter {

  private static final String NORMALISER = "normalizer.bin";

  @Override
  public void write(CompactModel model, OutputStream out) throws IOException {
    CompactModel whole = model.withChannelsRoundedUp(1);
    Dl4jGraph graph = new Dl4jGraph(whole.network().node(0).name());
    String output = new Dl4jLayers(whole, graph).addAll();
    ZipOutputStream zip = new ZipOutputStream(out);
    DataOutputStream data = new DataOutputStream(zip);
    putEntry(zip, NetworkFile.CONFIGURATION);
    data.write(graph.configuration(output).getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    putEntry(zip, NetworkFile.COEFFICIENTS);
    Nd4jVector.write(graph.coefficients(), data);
    zip.closeEntry();
    putEntry(zip, NORMALISER);
    write(model.normalisation(), data);
    zip.closeEntry();
    zip.finish();
  }

  /** Writes a {@code NormalizerStandardize}. */
  private static void write(Normalisation normalisation, DataOutputStream out) throws IOException {
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("STANDARDIZE");
    boolean ofLabels = false;
    out.writeBoolean(ofLabels);
    Nd4jVector.writeRow(normalisation.mean(), out);
    Nd4jVector.writeRow(normalisation.deviation(), out);
  }

  /** At a fixed time, so that equal models are equal files. */
  private static void putEntry(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
  }
}
