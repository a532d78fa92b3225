package io.coppice.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.model.CompactModel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;

/**
 * Writes models as ONNX, operator set {@value #OPERATOR_SET}: input {@value #PIXELS} {@code (batch,
 * channels, height, width)} of raw pixels, 0 to 255; outputs {@value #PROBABILITIES} and {@value
 * #LOGITS} {@code (batch, classes)}. The size of the batch is free. Batch norms behind a
 * convolution or a linear layer are part of its weights; dropouts, which do nothing in use, are
 * left out.
 *
 * <p>ONNX Runtime refuses tensors without channels: a group that lost all of its channels is
 * written as one of which all weights are 0, which is the same function.
 */
public final class OnnxExporter implements ModelExporter {

  /** Name of the input. */
  public static final String PIXELS = "pixels";

  /** Name of the first output. */
  public static final String PROBABILITIES = "probabilities";

  /** Name of the second output. */
  public static final String LOGITS = "logits";

  static final int OPERATOR_SET = 17;

  private static final int FORMAT_OF_ONNX = 8;
  private static final String FORMAT = "coppice-onnx/1";
  private static final String VERSION = "version";

  /** A file of Protocol Buffers is smaller than 2 GiB; this leaves room for all but weights. */
  private static final long MOST_PARAMETERS = ((2L << 30) - (64 << 20)) / Float.BYTES;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes a model.
   *
   * @throws IOException also if the model has more parameters than a file of ONNX can hold
   */
  @Override
  public void write(CompactModel model, OutputStream out) throws IOException {
    CompactModel whole = model.withChannelsRoundedUp(1);
    int parameters = whole.compact().parameters().size();
    if (parameters > MOST_PARAMETERS) {
      throw new IOException(
          "an ONNX file holds at most "
              + MOST_PARAMETERS
              + " parameters, found "
              + parameters
              + "; export safetensors instead");
    }
    OnnxGraph graph = new OnnxGraph();
    new OnnxLayers(whole, graph).addAll();
    ModelProto.Builder file =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT_OF_ONNX)
            .setProducerName("coppice")
            .setProducerVersion(model.metadata().getOrDefault(VERSION, ""))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
            .setGraph(graph.build(whole.network().name()));
    Map<String, String> metadata = new TreeMap<>(model.metadata());
    metadata.put("format", FORMAT);
    metadata.put("labels", JSON.writeValueAsString(model.labels()));
    metadata.forEach(
        (name, value) ->
            file.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
    file.build().writeTo(out);
  }
}
