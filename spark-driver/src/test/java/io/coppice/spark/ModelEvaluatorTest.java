package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.config.RunConfig.OnBadImage;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelComparison;
import io.coppice.model.Predictions;
import io.coppice.model.Predictor;
import io.coppice.network.Shape;
import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import io.coppice.source.SourceImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ModelEvaluatorTest {

  /** Of several slices. */
  private static final int IMAGES = 2500;

  private static final Shape SHAPE = new Shape(1, 28, 28);

  private static CompactModel model;
  private static List<SourceImage> images;

  @BeforeAll
  static void make() throws IOException {
    model = SmallRun.undisturbed(Map.of()).result().model();
    images = SampleImages.first(IMAGES, 0).train();
  }

  @Test
  void evaluate_anyOrderPartitionsAndCores_sameBits() throws IOException {
    TestResult one = evaluate("local[1]", source(List.of(), images, 1), OnBadImage.FAIL);
    List<SourceImage> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(1));
    TestResult other = evaluate("local[3]", source(List.of(), shuffled, 7), OnBadImage.FAIL);
    assertThat(other).usingRecursiveComparison().isEqualTo(one);
    assertThat(one.evaluation().images()).isEqualTo(IMAGES);
    assertThat(one.unreadable()).isZero();
  }

  @Test
  void evaluate_fewImages_isWhatTheModelSaysOfThem() throws IOException {
    TestResult result = evaluate("local[2]", SampleImages.first(0, 300), OnBadImage.FAIL);
    var alone = model.evaluate(SampleImages.test(300));
    assertThat(result.evaluation().confusion())
        .usingRecursiveComparison()
        .isEqualTo(alone.confusion());
    assertThat(result.evaluation().loss()).isCloseTo(alone.loss(), within(1e-5));
  }

  @Test
  void compare_anotherModel_countsImageByImageWhoIsRight() throws IOException {
    CompactModel other =
        SmallRun.undisturbed(Map.of("training.epochs", "1", "structure.strategy", "uniform"))
            .result()
            .model();
    MemorySource source = source(List.of(), images, 3);
    ModelComparison compared;
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      compared =
          new ModelEvaluator(spark, new Configuration())
              .compare(model, other, source, OnBadImage.FAIL);
      assertThat(compared.first())
          .usingRecursiveComparison()
          .isEqualTo(
              new ModelEvaluator(spark, new Configuration())
                  .evaluate(model, source, OnBadImage.FAIL)
                  .evaluation());
    }
    byte[] pixels = new byte[IMAGES * SHAPE.size()];
    for (int i = 0; i < IMAGES; i++) {
      byte[] ofImage = ((SourceImage.Readable) images.get(i)).pixels();
      System.arraycopy(ofImage, 0, pixels, i * SHAPE.size(), SHAPE.size());
    }
    Predictions first;
    Predictions second;
    try (Predictor ofModel = model.predictor(128);
        Predictor ofOther = other.predictor(128)) {
      first = ofModel.predict(pixels);
      second = ofOther.predict(pixels);
    }
    long onlyFirst = 0;
    long onlySecond = 0;
    for (int i = 0; i < IMAGES; i++) {
      int label = ((SourceImage.Readable) images.get(i)).label();
      boolean firstRight = first.predictedClass(i) == label;
      boolean secondRight = second.predictedClass(i) == label;
      onlyFirst += firstRight && !secondRight ? 1 : 0;
      onlySecond += secondRight && !firstRight ? 1 : 0;
    }
    assertThat(onlyFirst + onlySecond).isPositive();
    assertThat(compared.onlyFirst()).isEqualTo(onlyFirst);
    assertThat(compared.onlySecond()).isEqualTo(onlySecond);
    assertThat(compared.images()).isEqualTo(IMAGES);
    assertThat(compared.bothRight() + compared.neither() + onlyFirst + onlySecond)
        .isEqualTo(IMAGES);
  }

  @Test
  void evaluate_imagesThatCannotBeRead_refusedWithAllOfThemOrCounted() throws IOException {
    List<SourceImage> some = new ArrayList<>(images.subList(0, 50));
    some.add(new SourceImage.Unreadable("b.jpg: cut off"));
    some.add(new SourceImage.Unreadable("a.jpg: no image"));
    assertThatThrownBy(() -> evaluate("local[2]", source(List.of(), some, 3), OnBadImage.FAIL))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContainingAll("a.jpg: no image\n  - b.jpg: cut off", "data.onBadImage=skip");
    TestResult result = evaluate("local[2]", source(List.of(), some, 3), OnBadImage.SKIP);
    assertThat(result.unreadable()).isEqualTo(2);
    assertThat(result.evaluation().images()).isEqualTo(50);
  }

  @Test
  void evaluate_otherClassesOrLabels_refused() {
    List<String> names = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    assertThatThrownBy(() -> evaluate("local[2]", source(names, images, 1), OnBadImage.FAIL))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("classes that the model tells apart, 0, 1, 2, 3")
        .hasMessageContaining("found class 0, class 1");
    List<SourceImage> strange = new ArrayList<>(images.subList(0, 5));
    strange.add(new SourceImage.Readable(10, new byte[SHAPE.size()]));
    assertThatThrownBy(() -> evaluate("local[2]", source(List.of(), strange, 1), OnBadImage.FAIL))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("labels from 0 to 9 of the test images, as the model has classes")
        .hasMessageContaining("found 10");
    assertThatThrownBy(() -> evaluate("local[2]", source(List.of(), List.of(), 1), OnBadImage.FAIL))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("expected test images, found none");
  }

  private static MemorySource source(List<String> classes, List<SourceImage> test, int partitions) {
    return new MemorySource(SHAPE, classes, List.of(), test, partitions);
  }

  private static TestResult evaluate(String master, MemorySource source, OnBadImage onBadImage)
      throws IOException {
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf(master))) {
      return new ModelEvaluator(spark, new Configuration()).evaluate(model, source, onBadImage);
    }
  }
}
