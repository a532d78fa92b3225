package io.coppice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.artifact.CorruptFileException;
import io.coppice.artifact.SafeTensors;
import io.coppice.artifact.SafeTensors.Contents;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.compact.RandomNetwork;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ModelFileTest {

  private static final String FILE = "run/model/compact.safetensors";

  @Property(tries = 40)
  void read_whatWasWritten_equalModelAndEqualBytes(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) throws IOException {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    CompactModel model = RandomModel.of(RandomNetwork.draw(random), 0.5, random);
    byte[] file = written(model);
    CompactModel back = read(file);
    assertThat(back).isEqualTo(model).hasSameHashCodeAs(model);
    assertThat(back.metadata()).isEqualTo(model.metadata());
    assertThat(written(back)).isEqualTo(file);
  }

  @Test
  void write_file_isSafetensorsWithItsDescription() throws IOException {
    Contents contents = contents(written(small()));
    assertThat(contents.metadata())
        .containsEntry("format", "coppice-model/1")
        .containsEntry("metadata.budget", "0.25")
        .containsKeys("network", "normalisation", "labels", "sha256");
    assertThat(contents.tensors().keySet())
        .containsExactly(
            "conv.mask",
            "conv.weight",
            "norm.scale",
            "norm.shift",
            "classifier.weight",
            "classifier.bias",
            "norm.mean",
            "norm.variance");
  }

  @Test
  void read_truncatedAnywhere_refusedNamingTheFile() throws IOException {
    byte[] file = written(small());
    for (int length = 0; length < file.length; length++) {
      assertRefused(Arrays.copyOf(file, length), "");
    }
  }

  /** The hash covers all but the white space between the members of the header. */
  @Test
  void read_anyByteFlipped_refusedOrTheSameModel() throws IOException {
    CompactModel model = small();
    byte[] file = written(model);
    for (int position = 0; position < file.length; position++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = file.clone();
        flipped[position] ^= (byte) (1 << bit);
        CompactModel read;
        try {
          read = read(flipped);
        } catch (CorruptFileException e) {
          assertThat(e).hasMessageContaining(FILE);
          continue;
        }
        assertThat(read).as("bit %d of byte %d", bit, position).isEqualTo(model);
      }
    }
  }

  @Test
  void read_weightsOfARunBeforeThisFormat_refusedByFormat() throws IOException {
    Contents contents = contents(written(small()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, contents.tensors());
    assertRefused(
        out.toByteArray(), "expected format coppice-model/1 of a compact model, found none");
  }

  @Test
  void read_anotherFormat_refusedByFormat() throws IOException {
    assertForgedRefused(forged -> forged.metadata().put("format", "pt"), "found 'pt'");
  }

  @Test
  void read_tensorMissing_refusedByName() throws IOException {
    assertForgedRefused(
        forged -> forged.tensors().remove("norm.mean"), "tensor norm.mean as F32 of shape [2]");
  }

  @Test
  void read_tensorOfAnotherShape_refusedWithBoth() throws IOException {
    assertForgedRefused(
        forged ->
            forged.tensors().put("norm.mean", Tensor.ofFloats(List.of(3), new float[3], 0, 3)),
        "shape [2], found F32 of shape [3]");
  }

  @Test
  void read_tensorTooMany_refusedByName() throws IOException {
    assertForgedRefused(
        forged -> forged.tensors().put("extra", Tensor.ofBytes(new byte[1])), "tensor 'extra'");
  }

  @Test
  void read_metadataTooMuchOrMissing_refusedByName() throws IOException {
    assertForgedRefused(forged -> forged.metadata().put("author", "me"), "found 'author'");
    for (String key : List.of("network", "normalisation", "labels")) {
      assertForgedRefused(
          forged -> forged.metadata().remove(key), "metadata '" + key + "', found none");
      assertForgedRefused(forged -> forged.metadata().put(key, "{"), key);
      assertForgedRefused(forged -> forged.metadata().put(key, "17"), key);
    }
  }

  @Test
  void read_maskOfOtherValuesOrLength_refused() throws IOException {
    assertForgedRefused(
        forged -> forged.tensors().put("conv.mask", Tensor.ofBytes(new byte[] {1, 2, 0})),
        "0 or 1 for channel 1 of conv.mask, found 2");
    assertForgedRefused(
        forged -> forged.tensors().put("conv.mask", Tensor.ofBytes(new byte[] {1})),
        "tensor conv.mask as U8 of shape [3]");
  }

  @Test
  void read_labelsThatDoNotFit_refused() throws IOException {
    assertForgedRefused(forged -> forged.metadata().put("labels", "[\"a\"]"), "2 labels, found 1");
    assertForgedRefused(forged -> forged.metadata().put("labels", "[1, 2]"), "texts as labels");
  }

  @Test
  void read_normalisationThatCannotBe_refused() throws IOException {
    assertForgedRefused(
        forged -> forged.metadata().put("normalisation", "{\"mean\":[1],\"deviation\":[0]}"),
        "deviation greater than 0");
    assertForgedRefused(
        forged -> forged.metadata().put("normalisation", "{\"mean\":[\"x\"],\"deviation\":[1]}"),
        "numbers as mean");
  }

  /** A network of a few bytes can ask for any number of weights. */
  @Test
  void read_hugeNetworkInASmallFile_refusedWithoutRoomForIt() throws IOException {
    for (String outputs : List.of("2147483647", "4000000")) {
      assertForgedRefused(
          forged ->
              forged
                  .metadata()
                  .computeIfPresent(
                      "network",
                      (key, json) ->
                          json.replace("\"outputs\" : 3", "\"outputs\" : " + outputs)
                              .replace("\"keep\" : [ ]", "\"keep\" : [ \"conv\" ]")),
          "");
    }
  }

  private static CompactModel small() {
    NetworkBuilder builder = new NetworkBuilder("small", new Shape(1, 3, 3));
    int last = builder.convolution("conv", builder.input(), 3, 1, 1);
    last = builder.batchNormRelu("norm", last);
    Network network = builder.linear("classifier", builder.globalAveragePool("pool", last), 2);
    CounterRandom random = CounterRandom.of(1, Purpose.WEIGHT);
    CompactModel model;
    do {
      model = RandomModel.of(network, 0.6, random);
    } while (model.mask().activeCount() != 2);
    return model;
  }

  private static byte[] written(CompactModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelFile.write(model, out);
    return out.toByteArray();
  }

  private static CompactModel read(byte[] file) throws IOException {
    return ModelFile.read(new ByteArrayInputStream(file), FILE);
  }

  private static Contents contents(byte[] file) throws IOException {
    return SafeTensors.readContents(new ByteArrayInputStream(file), FILE);
  }

  /** A file whose hash is right and whose contents are not. */
  private static void assertForgedRefused(Consumer<Contents> forgery, String message)
      throws IOException {
    Contents contents = contents(written(small()));
    Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
    metadata.remove("sha256");
    Contents forged = new Contents(metadata, new LinkedHashMap<>(contents.tensors()));
    forgery.accept(forged);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, ModelFile.sealed(forged));
    assertRefused(out.toByteArray(), message);
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining(FILE)
        .hasMessageContaining(message);
  }
}
