package io.coppice.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.data.ImageSet;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ModelComparisonTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 0.25);

  private final CounterRandom random = CounterRandom.of(5, Purpose.WEIGHT);
  private final CompactModel first = RandomModel.of(NETWORK, 0.8, random);
  private final CompactModel second = RandomModel.of(NETWORK, 0.8, random);
  private final byte[] pixels = RandomModel.pixels(NETWORK, 150, random);

  private static ImageSet images(byte[] pixels) {
    int[] labels = new int[pixels.length / NETWORK.inputShape().size()];
    Arrays.setAll(labels, image -> image % 4);
    return new ImageSet(3, 8, 8, 4, pixels, labels);
  }

  private ModelComparison compare(ImageSet images) {
    try (Predictor ofFirst = first.predictor(32);
        Predictor ofSecond = second.predictor(32)) {
      return ModelComparison.of(ofFirst, ofSecond, images);
    }
  }

  @Test
  void of_twoModels_countsImageByImage() {
    ImageSet images = images(pixels);
    ModelComparison compared = compare(images);
    Predictions ofFirst = first.predict(images);
    Predictions ofSecond = second.predict(images);
    int[][] counts = new int[2][2];
    for (int i = 0; i < images.size(); i++) {
      int firstRight = ofFirst.predictedClass(i) == images.label(i) ? 1 : 0;
      int secondRight = ofSecond.predictedClass(i) == images.label(i) ? 1 : 0;
      counts[firstRight][secondRight]++;
    }
    assertThat(compared.images()).isEqualTo(150);
    assertThat(compared.neither()).isEqualTo(counts[0][0]);
    assertThat(compared.onlySecond()).isEqualTo(counts[0][1]).isPositive();
    assertThat(compared.onlyFirst()).isEqualTo(counts[1][0]).isPositive();
    assertThat(compared.bothRight()).isEqualTo(counts[1][1]);
    assertThat(compared.second().confusion())
        .usingRecursiveComparison()
        .isEqualTo(second.evaluate(images).confusion());
  }

  @Test
  void plus_partsOfTheImages_isTheWhole() {
    int part = 52 * NETWORK.inputShape().size();
    ModelComparison sum =
        compare(images(Arrays.copyOf(pixels, part)))
            .plus(compare(images(Arrays.copyOfRange(pixels, part, pixels.length))));
    ModelComparison whole = compare(images(pixels));
    assertThat(sum.onlyFirst()).isEqualTo(whole.onlyFirst());
    assertThat(sum.onlySecond()).isEqualTo(whole.onlySecond());
    assertThat(sum.bothRight()).isEqualTo(whole.bothRight());
    assertThat(sum.images()).isEqualTo(150);
  }
}
