package io.coppice.exchange;

import io.coppice.network.InvalidNetworkException;
import java.util.List;

/** Says why a network of Deeplearning4j is not taken over, and what could be. */
final class Dl4jRefusal {

  private static final String KNOWN =
      "ConvolutionLayer, DepthwiseConvolution2D, SeparableConvolution2D, BatchNormalization,"
          + " ActivationLayer, SubsamplingLayer (MAX, AVG), GlobalPoolingLayer (MAX, AVG),"
          + " ZeroPaddingLayer, DropoutLayer, DenseLayer, OutputLayer and LossLayer (softmax with"
          + " MCXENT or negative log likelihood), ElementWiseVertex (Add), MergeVertex,"
          + " PreprocessorVertex; activations ReLU, ReLU6, LeakyReLU and identity; NCHW";

  private Dl4jRefusal() {}

  /** All problems, and what is known. */
  static InvalidNetworkException of(List<String> problems) {
    return new InvalidNetworkException(
        "this network of Deeplearning4j cannot be taken over:\n  "
            + String.join("\n  ", problems)
            + "\nKnown are "
            + KNOWN);
  }
}
