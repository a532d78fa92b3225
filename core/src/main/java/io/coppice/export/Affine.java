package io.coppice.export;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.model.CompactModel;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import java.util.Arrays;

/**
 * What a batch norm does in use, channel by channel: y = factor x + summand, with factor = scale /
 * sqrt(variance + epsilon) and summand = shift - factor mean.
 */
record Affine(double[] factor, double[] summand) {

  /** It does nothing. */
  static Affine identity(int channels) {
    double[] factor = new double[channels];
    Arrays.fill(factor, 1);
    return new Affine(factor, new double[channels]);
  }

  /** What a batch norm of a model does. */
  static Affine of(CompactModel model, Node node, Layer.BatchNorm norm) {
    float[] scale = model.values(node.index(), Kind.SCALE);
    float[] shift = model.values(node.index(), Kind.SHIFT);
    float[] mean = model.values(node.index(), Kind.MEAN);
    float[] variance = model.values(node.index(), Kind.VARIANCE);
    double[] factor = new double[scale.length];
    double[] summand = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      factor[c] = scale[c] / Math.sqrt(variance[c] + (double) norm.epsilon());
      summand[c] = shift[c] - factor[c] * mean[c];
    }
    return new Affine(factor, summand);
  }

  /** The weights {@code (channels, ...)} of the layer that does both. */
  float[] weights(float[] weights) {
    float[] folded = new float[weights.length];
    int row = weights.length / factor.length;
    for (int i = 0; i < weights.length; i++) {
      folded[i] = (float) (factor[i / row] * weights[i]);
    }
    return folded;
  }

  /** The bias of the layer that does both. */
  float[] bias(float[] bias) {
    float[] folded = new float[bias.length];
    for (int c = 0; c < bias.length; c++) {
      folded[c] = (float) (factor[c] * bias[c] + summand[c]);
    }
    return folded;
  }
}
