package io.coppice.exchange;

import io.coppice.exchange.Dl4jWindow.PaddingMode;
import java.util.Arrays;

/** Reads the window of a convolution or a pool. */
final class Dl4jWindowReader {

  private Dl4jWindowReader() {}

  static Dl4jWindow read(Dl4jObject layer) {
    layer.ignore(
        "cudnnAlgoMode",
        "cudnnAllowFallback",
        "cudnnBwdDataAlgo",
        "cudnnBwdFilterAlgo",
        "cudnnFwdAlgo");
    layer.requireWord("cnn2dDataFormat", "NCHW");
    int[] dilation = layer.integers("dilation", 1, 1);
    if (!Arrays.equals(dilation, new int[] {1, 1})) {
      layer.problem("dilation " + Arrays.toString(dilation) + " is not known");
    }
    PaddingMode mode = mode(layer);
    if (layer.member("kernelSize") == null) {
      layer.problem("kernelSize is missing");
    }
    return new Dl4jWindow(
        layer.integers("kernelSize", 1, 1),
        layer.integers("stride", 1, 1),
        layer.integers("padding", 0, 0),
        mode);
  }

  private static PaddingMode mode(Dl4jObject layer) {
    String mode = layer.word("convolutionMode", "Truncate");
    return switch (mode) {
      case "Same" -> PaddingMode.SAME;
      case "Truncate" -> PaddingMode.TRUNCATE;
      case "Strict" -> PaddingMode.STRICT;
      default -> {
        layer.problem("convolutionMode " + mode + " is not known, only Same, Truncate and Strict");
        yield PaddingMode.TRUNCATE;
      }
    };
  }
}
