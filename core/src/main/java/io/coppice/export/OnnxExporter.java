package io.coppice.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.model.CompactModel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

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
    Map<String, String> metadata = new TreeMap<>(model.metadata());
    metadata.put("format", FORMAT);
    metadata.put("labels", JSON.writeValueAsString(model.labels()));
    file(model, graph.build(whole.network().name()), metadata).writeTo(out);
  }

  /** {@code ModelProto}, with the numbers of its fields in {@code onnx.proto}. */
  private static ProtoMessage file(
      CompactModel model, ProtoMessage graph, Map<String, String> metadata) {
    ProtoMessage file =
        new ProtoMessage()
            .number(1, FORMAT_OF_ONNX)
            .text(2, "coppice")
            .text(3, model.metadata().getOrDefault(VERSION, ""))
            .message(7, graph)
            .message(8, new ProtoMessage().number(2, OPERATOR_SET));
    metadata.forEach(
        (name, value) -> file.message(14, new ProtoMessage().text(1, name).text(2, value)));
    return file;
  }
}
