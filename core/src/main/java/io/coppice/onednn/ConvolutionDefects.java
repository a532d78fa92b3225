package io.coppice.onednn;

/**
 * Shapes for which an implementation in the oneDNN that is used here computes something wrong; the
 * next one in its order takes them.
 */
final class ConvolutionDefects {

  private ConvolutionDefects() {}

  /**
   * With one input channel, a stride along the width and one column of output, the kernel reads its
   * row of weights wrongly: the sums are random.
   */
  static boolean forward(ConvolutionKernels.Key key, String implementation) {
    return implementation.contains("brg_conv_fwd")
        && key.in() / key.groups() == 1
        && key.window().strideWidth() > 1
        && key.outWidth() == 1;
  }

  /**
   * With a stride and fewer input channels than a block, the packed copy of a channels-last source
   * ends behind its workspace: wrong sums with several threads, foreign memory overwritten with one
   * (oneDNN's issue 6035).
   */
  static boolean backwardWeights(ConvolutionKernels.Key key, String implementation) {
    return implementation.contains("jit_1x1")
        && (key.window().strideHeight() > 1 || key.window().strideWidth() > 1)
        && key.in() < (implementation.contains("avx512") ? 16 : 8);
  }
}
