package io.coppice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.RandomNetwork;
import io.coppice.data.ImageSet;
import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CompactModelTest {

  private final CounterRandom random = CounterRandom.of(7, Purpose.WEIGHT);
  private final Network network = NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 0.5);
  private final CompactModel model = RandomModel.of(network, 0.5, random);

  /** The added channels are 0 throughout, whatever the layers between them. */
  @Property(tries = 60)
  void widened_randomNetworkAndMasks_predictsTheSame(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @LongRange(min = 1, max = 9) long multiple) {
    CounterRandom draws = CounterRandom.of(seed, Purpose.WEIGHT);
    Network any = RandomNetwork.draw(draws);
    CompactModel narrow = RandomModel.of(any, draws.nextInt(3) == 0 ? 0.1 : 0.6, draws);
    byte[] pixels = RandomModel.pixels(any, 3, draws);
    float[] expected = RandomModel.probabilities(predict(narrow, pixels));
    for (CompactModel wide :
        List.of(
            narrow.withChannelsRoundedUp((int) multiple),
            narrow.widened(Mask.full(any.groupChannels())))) {
      assertThat(RandomModel.probabilities(predict(wide, pixels)))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected);
    }
  }

  private static Predictions predict(CompactModel any, byte[] pixels) {
    try (Predictor predictor = any.predictor(3)) {
      return predictor.predict(pixels);
    }
  }

  @Test
  void withChannelsRoundedUp_everyGroup_isAMultipleOrWhole() {
    CompactModel empty =
        RandomModel.of(network, Mask.builder(network.groupChannels()).build(), random);
    for (CompactModel narrow : List.of(model, empty)) {
      Mask mask = narrow.withChannelsRoundedUp(3).mask();
      assertThat(mask.contains(narrow.mask())).isTrue();
      for (ChannelGroup group : network.groups()) {
        int active = Math.max(1, narrow.mask().activeCount(group.id()));
        assertThat(mask.activeCount(group.id()))
            .isEqualTo(Math.min(group.channels(), (active + 2) / 3 * 3));
      }
    }
  }

  @Test
  void withChannelsRoundedUp_nothingToAdd_isTheSameModel() {
    CompactModel full = RandomModel.of(network, Mask.full(network.groupChannels()), random);
    assertThat(full.withChannelsRoundedUp(8)).isSameAs(full);
    assertThatThrownBy(() -> full.withChannelsRoundedUp(0)).hasMessageContaining("found 0");
  }

  @Test
  void widened_fewerChannels_refused() {
    CompactModel full = RandomModel.of(network, Mask.full(network.groupChannels()), random);
    assertThatThrownBy(() -> full.widened(model.mask())).hasMessageContaining("keeps all channels");
  }

  @Test
  void new_sizesThatDoNotFit_refusedWithBoth() {
    assertThatThrownBy(
            () ->
                new CompactModel(
                    model.compact(),
                    new float[3],
                    model.statistics(),
                    model.normalisation(),
                    model.labels(),
                    Map.of()))
        .hasMessageContaining(model.parameters().length + " parameters, found 3");
    assertThatThrownBy(
            () ->
                new CompactModel(
                    model.compact(),
                    model.parameters(),
                    model.statistics(),
                    model.normalisation(),
                    List.of("one"),
                    Map.of()))
        .hasMessageContaining("4 labels, found 1");
    assertThatThrownBy(
            () ->
                new CompactModel(
                    model.compact(),
                    model.parameters(),
                    model.statistics(),
                    new Normalisation(new float[] {0}, new float[] {1}),
                    model.labels(),
                    Map.of()))
        .hasMessageContaining("3 channels of an image, found 1");
  }

  @Test
  void parameters_changedByTheCaller_modelStaysAsItIs() {
    float before = model.parameters()[0];
    model.parameters()[0] = before + 1;
    model.statistics()[0] = -1;
    model.normalisation().mean()[0] = -1;
    assertThat(model.parameters()[0]).isEqualTo(before);
    assertThat(model.statistics()[0]).isNotEqualTo(-1);
    assertThat(model.normalisation().mean()[0]).isNotEqualTo(-1);
  }

  @Test
  void predict_anyBatchAndKindOfPixels_theSame() {
    byte[] pixels = RandomModel.pixels(network, 7, random);
    Predictions expected = model.predict(RandomModel.floats(pixels));
    assertThat(expected.images()).isEqualTo(7);
    for (int batch : new int[] {1, 3, 7, 10}) {
      try (Predictor predictor = model.predictor(batch)) {
        for (int again = 0; again < 2; again++) {
          assertSame(predictor.predict(pixels), expected);
          assertSame(predictor.predict(RandomModel.floats(pixels)), expected);
          assertSame(predictor.predict(images(pixels, 7)), expected);
        }
      }
    }
  }

  private static void assertSame(Predictions actual, Predictions expected) {
    assertThat(RandomModel.probabilities(actual))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(RandomModel.probabilities(expected));
  }

  private ImageSet images(byte[] pixels, int count) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % network.classes();
    }
    return new ImageSet(3, 8, 8, network.classes(), pixels, labels);
  }

  @Test
  void predict_probabilities_areTheSoftmaxOfTheLogits() {
    Predictions predictions = model.predict(images(RandomModel.pixels(network, 2, random), 2));
    for (int image = 0; image < 2; image++) {
      double sum = 0;
      for (float logit : predictions.logits(image)) {
        sum += Math.exp(logit);
      }
      for (int c = 0; c < 4; c++) {
        assertThat((double) predictions.probabilities(image)[c])
            .isCloseTo(Math.exp(predictions.logits(image)[c]) / sum, within(1e-6));
      }
    }
    assertThatThrownBy(() -> predictions.logits(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void predict_noImages_nothing() {
    assertThat(model.predict(new float[0]).images()).isZero();
  }

  @Test
  void predict_closedPredictor_refused() {
    Predictor predictor = model.predictor(2);
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.predict(new float[0])).hasMessageContaining("closed");
  }

  @Test
  void predict_pixelsOfAnotherShape_refused() {
    assertThatThrownBy(() -> model.predict(new float[193]))
        .hasMessageContaining("192 pixels")
        .hasMessageContaining("found 193");
    assertThatThrownBy(() -> model.predict(new ImageSet(3, 8, 9, 4, new byte[216], new int[1])))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("3x8x8 in 4 classes, found 3x8x9 in 4");
    assertThatThrownBy(() -> model.evaluate(new ImageSet(3, 8, 8, 5, new byte[192], new int[1])))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("found 3x8x8 in 5");
  }

  @Test
  void evaluate_labelledImages_countsWhatPredictSays() {
    ImageSet images = images(RandomModel.pixels(network, 150, random), 150);
    Predictions predictions = model.predict(images);
    long[][] counts = new long[4][4];
    double loss = 0;
    for (int i = 0; i < 150; i++) {
      counts[images.label(i)][predictions.predictedClass(i)]++;
      loss -= Math.log(predictions.probabilities(i)[images.label(i)]);
    }
    ModelEvaluation evaluation = model.evaluate(images);
    assertThat(evaluation.images()).isEqualTo(150);
    assertThat(evaluation.loss()).isCloseTo(loss / 150, within(1e-4));
    long correct = 0;
    for (int label = 0; label < 4; label++) {
      correct += counts[label][label];
      for (int predicted = 0; predicted < 4; predicted++) {
        assertThat(evaluation.confusion().count(label, predicted))
            .isEqualTo(counts[label][predicted]);
      }
    }
    assertThat(evaluation.confusion().correct()).isEqualTo(correct);
    assertThat(evaluation.accuracy()).isEqualTo(correct / 150.0);
    assertThat(evaluation.confusion().images(0)).isEqualTo(38);
  }

  @Test
  void evaluate_partsOfTheImages_addUpToTheWhole() {
    byte[] pixels = RandomModel.pixels(network, 140, random);
    int first = 50 * network.inputShape().size();
    ModelEvaluation sum =
        model
            .evaluate(images(Arrays.copyOf(pixels, first), 50))
            .plus(model.evaluate(images(Arrays.copyOfRange(pixels, first, pixels.length), 90)));
    assertThat(sum.images()).isEqualTo(140);
    assertThat(sum.confusion().images(0)).isEqualTo(13 + 23);
    assertThat(sum.confusion().labels()).isEqualTo(model.labels());
    assertThat(sum.loss()).isPositive().isFinite();
  }

  @Test
  void evaluate_noImages_refused() {
    assertThatThrownBy(() -> model.evaluate(images(new byte[0], 0)))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("found none");
  }
}
