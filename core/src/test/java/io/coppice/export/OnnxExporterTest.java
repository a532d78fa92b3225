package io.coppice.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.coppice.model.CompactModel;
import io.coppice.model.Predictions;
import io.coppice.model.RandomModel;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What ONNX Runtime makes of exported models, whose layers {@link OnnxLayers} and {@link OnnxGraph}
 * write.
 */
class OnnxExporterTest {

  @Property(tries = 100)
  void write_randomNetworkOfAllLayers_onnxRuntimePredictsTheSame(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) throws Exception {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    assertSamePredictions(SampleModels.any(random));
  }

  @ParameterizedTest
  @CsvSource({
    "vgg16, 0.25, 0.6",
    "resnet20, 0.5, 0.5",
    "resnet8, 0.25, 0.1",
    "wrn-10-1, 1.0, 0.5",
    "mobilenet, 0.25, 0.6"
  })
  void write_networkOfTheCatalogue_onnxRuntimePredictsTheSame(
      String name, double width, double share) throws Exception {
    assertSamePredictions(SampleModels.ofCatalogue(name, width, share, 1));
  }

  @Test
  void write_linearLayersBesideThoseWithRowsAndColumns_onnxRuntimePredictsTheSame()
      throws Exception {
    for (long seed = 0; seed < 5; seed++) {
      assertSamePredictions(SampleModels.flatAndSpatial(seed));
      assertSamePredictions(SampleModels.unevenPools(seed));
    }
  }

  @Test
  void write_normsBehindConvolutions_arePartOfTheirWeights() throws Exception {
    ModelProto file = ModelProto.parseFrom(written(SampleModels.ofCatalogue("resnet8", 1, 0.5, 1)));
    assertThat(file.getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .contains("Conv", "Relu", "Add", "GlobalAveragePool", "Gemm", "Softmax")
        .doesNotContain("BatchNormalization");
    assertThat(file.getIrVersion()).isEqualTo(8);
    assertThat(file.getOpsetImport(0).getVersion()).isEqualTo(17);
    assertThat(file.getGraph().getOutput(0).getName()).isEqualTo("probabilities");
    assertThat(file.getGraph().getOutput(1).getName()).isEqualTo("logits");
  }

  @Test
  void write_model_saysWhatItIs() throws Exception {
    CompactModel model = SampleModels.ofCatalogue("resnet8", 0.5, 0.5, 2);
    try (OrtSession session = session(written(model))) {
      assertThat(session.getMetadata().getProducerName()).isEqualTo("coppice");
      Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertThat(metadata)
          .containsEntry("format", "coppice-onnx/1")
          .containsEntry("version", "1.2")
          .containsEntry("budget", "0.25")
          .hasEntrySatisfying(
              "labels", labels -> assertThat(labels).startsWith("[\"class \\\"0\\\" é\","));
      assertThat(session.getInputNames()).containsExactly("pixels");
      TensorInfo pixels = (TensorInfo) session.getInputInfo().values().iterator().next().getInfo();
      assertThat(pixels.getShape()).containsExactly(-1, 3, 12, 12);
      assertThat(pixels.getDimensionNames()[0]).isEqualTo("batch");
    }
  }

  @Test
  void write_equalModels_equalBytes() throws IOException {
    assertThat(written(SampleModels.unevenPools(4)))
        .isEqualTo(written(SampleModels.unevenPools(4)));
  }

  @Test
  void write_logitsThatNoLinearLayerGives_onnxRuntimePredictsTheSame() throws Exception {
    for (CompactModel model : SampleModels.otherLogits()) {
      assertSamePredictions(model);
    }
  }

  /** A model's file, which the generated classes of Protocol Buffers are to write alike. */
  private static byte[] written(CompactModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new OnnxExporter().write(model, out);
    ModelProto understood = ModelProto.parseFrom(out.toByteArray());
    assertThat(understood.getUnknownFields().asMap()).isEmpty();
    assertThat(out.toByteArray()).isEqualTo(understood.toByteArray());
    return out.toByteArray();
  }

  private static OrtSession session(byte[] file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return OrtEnvironment.getEnvironment().createSession(file, options);
    }
  }

  private static void assertSamePredictions(CompactModel model) throws Exception {
    Shape shape = model.network().inputShape();
    try (OrtSession session = session(written(model))) {
      for (int images : List.of(1, 7)) {
        float[] pixels =
            RandomModel.floats(
                RandomModel.pixels(
                    model.network(), images, CounterRandom.of(images, Purpose.SHUFFLE)));
        long[] extents = {images, shape.channels(), shape.height(), shape.width()};
        Predictions expected = model.predict(pixels);
        try (OnnxTensor input =
                OnnxTensor.createTensor(
                    OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pixels), extents);
            OrtSession.Result result = session.run(Map.of("pixels", input))) {
          float[][] probabilities =
              (float[][]) result.get("probabilities").orElseThrow().getValue();
          float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
          for (int image = 0; image < images; image++) {
            assertThat(probabilities[image])
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(expected.probabilities(image));
            float scale = largest(expected.logits(image));
            assertThat(logits[image])
                .usingComparatorWithPrecision(1e-4f * scale)
                .containsExactly(expected.logits(image));
          }
        }
      }
    }
  }

  private static float largest(float[] values) {
    float largest = 1;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
