package io.coppice.network;

/** The VGG networks of the catalogue, with batch norm. */
final class VggNetworks {

  private static final int[] CHANNELS = {64, 128, 256, 512, 512};
  private static final int HIDDEN = 4096;
  private static final double DROPOUT = 0.5;

  private VggNetworks() {}

  /** Convolutions of each stage. */
  private static int[] convolutions(int depth) {
    return switch (depth) {
      case 11 -> new int[] {1, 1, 2, 2, 2};
      case 13 -> new int[] {2, 2, 2, 2, 2};
      case 16 -> new int[] {2, 2, 3, 3, 3};
      case 19 -> new int[] {2, 2, 4, 4, 4};
      default -> throw new IllegalArgumentException("no such depth: " + depth);
    };
  }

  static Network create(String name, int depth, Shape input, int classes, double width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int last = builder.input();
    int[] convolutions = convolutions(depth);
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int i = 0; i < convolutions[stage]; i++) {
        String prefix = "stage" + (stage + 1) + ".";
        last =
            builder.convolution(
                prefix + "conv" + (i + 1),
                last,
                NetworkCatalogue.scaled(CHANNELS[stage], width),
                3,
                1);
        last = builder.batchNormRelu(prefix + "norm" + (i + 1), last);
      }
      Shape shape = builder.shape(last);
      if (shape.height() > 1 && shape.width() > 1) {
        last = builder.maxPool("stage" + (stage + 1) + ".pool", last, 2, 2);
      }
    }
    if (NetworkCatalogue.isLarge(input)) {
      for (int i = 1; i <= 2; i++) {
        String prefix = "hidden" + i;
        last =
            builder.add(
                prefix, new Layer.Linear(NetworkCatalogue.scaled(HIDDEN, width), true), last);
        last = builder.add(prefix + ".relu", Layer.Activation.RELU, last);
        last = builder.add(prefix + ".dropout", new Layer.Dropout(DROPOUT), last);
      }
    } else if (builder.shape(last).area() > 1) {
      last = builder.globalAveragePool("pool", last);
    }
    return builder.linear("classifier", last, classes);
  }
}
