package io.coppice.dl4j;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a {@code DataSet} or a {@code MultiDataSet} holds.
 *
 * @param features of its examples; null where it has none
 * @param labels of its examples; null where it has none
 * @param masked whether a mask says that some of it does not count
 * @param others what else it has that a network of one input and one output does not read; empty:
 *     nothing
 */
record Minibatch(
    @Nullable INDArray features, @Nullable INDArray labels, boolean masked, String others) {

  static Minibatch of(DataSet data) {
    return new Minibatch(
        data.getFeatures(),
        data.getLabels(),
        data.getFeaturesMaskArray() != null || data.getLabelsMaskArray() != null,
        "");
  }

  static Minibatch of(MultiDataSet data) {
    INDArray[] features = orEmpty(data.getFeatures());
    INDArray[] labels = orEmpty(data.getLabels());
    return new Minibatch(
        features.length == 0 ? null : features[0],
        labels.length == 0 ? null : labels[0],
        isAny(data.getFeaturesMaskArrays()) || isAny(data.getLabelsMaskArrays()),
        features.length > 1 || labels.length > 1
            ? features.length + " arrays of features and " + labels.length + " of labels"
            : "");
  }

  private static INDArray[] orEmpty(INDArray @Nullable [] arrays) {
    return arrays == null ? new INDArray[0] : arrays;
  }

  private static boolean isAny(INDArray @Nullable [] masks) {
    return Arrays.stream(orEmpty(masks)).anyMatch(Objects::nonNull);
  }
}
