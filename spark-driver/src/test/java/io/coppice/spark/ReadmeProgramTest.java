package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.data.ImageSet;
import io.coppice.exchange.NetworkJson;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.source.FileSource;
import io.coppice.source.SampleImages;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The programs in README and the pages that it leads to, to the letter, with a network of
 * Deeplearning4j that is in no catalogue.
 */
class ReadmeProgramTest {

  private static final List<Path> DOCUMENTS =
      Stream.of("README.md", "deploy/PROGRAMS.md", "deploy/REFERENCE.md")
          .map(Path.of("..")::resolve)
          .toList();
  private static final Pattern JAVA = Pattern.compile("```java\n([^`]*)```");
  private static final int IMAGES = 7;

  /** What the lines take for granted: imports, and the images. */
  private static final String READERS =
      """
      import ai.onnxruntime.*;
      import io.coppice.model.*;
      import java.io.File;
      import java.nio.file.*;
      import java.util.Map;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.deeplearning4j.util.ModelSerializer;
      import org.nd4j.linalg.api.ndarray.INDArray;
      import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

      public class Readers {
        public static INDArray deeplearning4j(INDArray images) throws Exception {
          %s
          return probabilities;
        }

        public static float[][] onnxRuntime(float[][][][] pixels) throws Exception {
          %s
          return probabilities;
        }

        public static float[] coppice(float[] pixels) throws Exception {
          %s
          return probabilities;
        }
      }
      """;

  @TempDir Path directory;

  private static String documents() throws IOException {
    StringBuilder texts = new StringBuilder();
    for (Path document : DOCUMENTS) {
      texts.append(Files.readString(document)).append('\n');
    }
    return texts.toString();
  }

  @Test
  void examples_ofTheReadme_areQuotedWhole() throws IOException {
    String documents = documents();
    try (Stream<Path> files = Files.list(Path.of("../deploy/examples"))) {
      List<Path> examples =
          files.filter(file -> file.toString().matches(".*\\.(java|scala|py)")).toList();
      assertThat(examples).hasSize(4);
      for (Path example : examples) {
        String program = Files.readString(example);
        assertThat(documents).contains("\n" + program + "```\n");
        assertThat(program.lines().count()).as(example.toString()).isLessThan(40);
      }
    }
  }

  @Test
  void readers_ofTheReadme_predictTheSame() throws Exception {
    List<String> blocks = new ArrayList<>();
    Matcher found = JAVA.matcher(documents());
    while (found.find()) {
      blocks.add(found.group(1));
    }
    // The first two are examples.
    assertThat(blocks).hasSize(5);
    Path run = directory.resolve("run");
    compile(
        "Readers",
        READERS.formatted(blocks.get(2), blocks.get(3), blocks.get(4)).replace("RUN/", run + "/"));
    try (JavaSparkContext spark =
            new JavaSparkContext(
                new SparkConf()
                    .setMaster("local[2]")
                    .setAppName("test")
                    .set("spark.ui.enabled", "false"));
        URLClassLoader classes =
            new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      Trainer.of(
              Map.of(
                  "network.file",
                  Inception.write(directory).toString(),
                  "training.epochs",
                  "2",
                  "structure.budget",
                  "0.5"))
          .output(run.toString())
          .train(spark, FileSource.sample());
      CompactModel model = model(run);
      assertThat(model.network().name()).isEqualTo("inception");
      assertThat(NetworkJson.read(Files.readString(run.resolve("network.json")), "network.json"))
          .isEqualTo(model.network());
      assertReadersAgree(classes.loadClass("Readers"), model);
    }
  }

  private static void assertReadersAgree(Class<?> readers, CompactModel model) throws Exception {
    ImageSet test = SampleImages.test(IMAGES);
    byte[] read = new byte[test.imageSize()];
    float[] pixels = new float[IMAGES * test.imageSize()];
    float[][][][] byImage = new float[IMAGES][1][Inception.SIDE][Inception.SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int number = i / read.length;
      int position = i % read.length;
      test.read(number, read);
      pixels[i] = read[position] & 0xff;
      byImage[number][0][position / Inception.SIDE][position % Inception.SIDE] = pixels[i];
    }
    INDArray images =
        Nd4j.createFromArray(pixels).reshape(IMAGES, 1, Inception.SIDE, Inception.SIDE);
    INDArray theirs =
        (INDArray) readers.getMethod("deeplearning4j", INDArray.class).invoke(null, images);
    float[][] onnx =
        (float[][])
            readers.getMethod("onnxRuntime", float[][][][].class).invoke(null, (Object) byImage);
    for (int image = 0; image < IMAGES; image++) {
      float[] ours = model.predict(pixels).probabilities(image);
      assertThat(theirs.getRow(image).dup().data().asFloat())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(ours);
      assertThat(onnx[image]).usingComparatorWithPrecision(1e-4f).containsExactly(ours);
    }
    assertThat((float[]) readers.getMethod("coppice", float[].class).invoke(null, pixels))
        .containsExactly(model.predict(pixels).probabilities(0));
  }

  private static CompactModel model(Path run) throws IOException {
    return ModelFile.read(
        Files.newInputStream(run.resolve("model/compact.safetensors")), "the model");
  }

  private void compile(String name, String program) throws IOException {
    Path source = Files.writeString(directory.resolve(name + ".java"), program);
    int problems =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", directory.toString(), source.toString());
    assertThat(problems).as(name).isZero();
  }
}
