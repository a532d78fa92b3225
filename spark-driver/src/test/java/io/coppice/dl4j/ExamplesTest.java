package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class ExamplesTest {

  private static final INDArray IMAGES = Nd4j.arange(48).castTo(DataType.FLOAT).reshape(2, 2, 3, 4);
  private static final INDArray LABELS = Nd4j.createFromArray(new float[][] {{0, 0, 1}, {1, 0, 0}});

  private static Examples of(Minibatch minibatch, @Nullable Shape flattened) {
    return Examples.of(minibatch, flattened, "here");
  }

  private static void assertRefused(Minibatch minibatch, String... texts) {
    assertThatThrownBy(() -> of(minibatch, null))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("here")
        .hasMessageContainingAll(texts);
  }

  private static Minibatch data(INDArray features, INDArray labels) {
    return Minibatch.of(new DataSet(features, labels));
  }

  @Test
  void of_imagesInAnyOrderAndType_areTheirValuesAndClasses() {
    for (INDArray images : new INDArray[] {IMAGES, IMAGES.dup('f'), IMAGES.castTo(DataType.INT)}) {
      Examples examples = of(data(images, LABELS.castTo(DataType.DOUBLE)), null);
      assertThat(examples.shape()).isEqualTo(new Shape(2, 3, 4));
      assertThat(examples.classes()).isEqualTo(3);
      assertThat(examples.labels()).containsExactly(2, 0);
      assertThat(examples.features()).hasSize(48).startsWith(0, 1, 2).endsWith(46, 47);
    }
    INDArray part = IMAGES.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(1, 2));
    assertThat(of(data(part, LABELS.getRow(1, true)), null).features()).startsWith(24, 25);
  }

  @Test
  void of_flattenedImages_onlyWhereTheNetworkTakesThem() {
    INDArray flat = IMAGES.reshape(2, 24);
    assertThat(of(data(flat, LABELS), new Shape(2, 3, 4)).features()).endsWith(46, 47);
    assertRefused(data(flat, LABELS), "found [2, 24]", "InputType.convolutionalFlat");
    assertThatThrownBy(() -> of(data(flat, LABELS), new Shape(1, 5, 5)))
        .hasMessageContaining("or (examples, 25), found [2, 24]");
    assertRefused(data(IMAGES.reshape(2, 6, 4), LABELS), "found [2, 6, 4]");
  }

  @Test
  void of_whatCannotBeLearnedFrom_refusedSayingWhy() {
    DataSet masked = new DataSet(IMAGES, LABELS);
    masked.setLabelsMaskArray(Nd4j.ones(2, 1));
    assertRefused(Minibatch.of(masked), "expected no masks");
    assertRefused(Minibatch.of(new DataSet(IMAGES, null)), "expected labels, found none");
    assertRefused(new Minibatch(null, LABELS, false, ""), "expected features, found none");
    INDArray holes = IMAGES.dup();
    holes.putScalar(new int[] {1, 1, 2, 3}, Float.NaN);
    assertRefused(data(holes, LABELS), "example 1", "NaN in channel 1, row 2, column 3");
    float[][][] wrong = {
      {{0, 1, 1}, {1, 0, 0}}, {{0, 0, 0}, {1, 0, 0}}, {{0, .5f, .5f}, {1, 0, 0}}
    };
    for (float[][] labels : wrong) {
      assertRefused(
          data(IMAGES, Nd4j.createFromArray(labels)),
          "example 0: expected one class, as a 1 among zeros, found [0.0,");
    }
    assertRefused(data(IMAGES, Nd4j.zeros(2, 3, 5)), "expected labels of shape (2, classes)");
    assertRefused(data(IMAGES, Nd4j.zeros(3, 3)), "found [3, 3]");
  }

  @Test
  void of_multiDataSets_oneArrayOfEachAndNoMask() {
    MultiDataSet one = new MultiDataSet(IMAGES, LABELS);
    assertThat(of(Minibatch.of(one), null).labels()).containsExactly(2, 0);
    MultiDataSet two = new MultiDataSet(new INDArray[] {IMAGES, IMAGES}, new INDArray[] {LABELS});
    assertRefused(Minibatch.of(two), "found 2 arrays of features and 1 of labels");
    one.setFeaturesMaskArrays(new INDArray[] {Nd4j.ones(2, 1)});
    assertRefused(Minibatch.of(one), "expected no masks");
  }
}
