package io.coppice.network;

/** The MobileNets of the catalogue. */
final class MobileNets {

  /** Outputs of each pointwise convolution. */
  private static final int[] CHANNELS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };

  /** Strides of the depthwise convolutions before them. */
  private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};

  private static final int STEM_CHANNELS = 32;

  private MobileNets() {}

  static Network version1(String name, Shape input, int classes, double width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stride = NetworkCatalogue.isLarge(input) ? 2 : 1;
    int last =
        builder.convolution(
            "stem.conv", builder.input(), NetworkCatalogue.scaled(STEM_CHANNELS, width), 3, stride);
    last = builder.batchNormRelu("stem.norm", last);
    for (int block = 0; block < CHANNELS.length; block++) {
      String prefix = "block" + (block + 1) + ".";
      last = builder.depthwiseConvolution(prefix + "depthwise.conv", last, 3, STRIDES[block]);
      last = builder.batchNormRelu(prefix + "depthwise.norm", last);
      last =
          builder.convolution(
              prefix + "pointwise.conv",
              last,
              NetworkCatalogue.scaled(CHANNELS[block], width),
              1,
              1);
      last = builder.batchNormRelu(prefix + "pointwise.norm", last);
    }
    return builder.linear("classifier", builder.globalAveragePool("pool", last), classes);
  }
}
