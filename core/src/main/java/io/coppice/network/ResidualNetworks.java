package io.coppice.network;

import java.util.ArrayList;
import java.util.List;

/** The residual networks of the catalogue. */
final class ResidualNetworks {

  private static final int[] BASIC_BLOCKS_18 = {2, 2, 2, 2};
  private static final int[] BASIC_BLOCKS_34 = {3, 4, 6, 3};
  private static final int[] BOTTLENECKS_50 = {3, 4, 6, 3};

  /** Channels of a bottleneck's output for each one of its inner convolutions. */
  private static final int EXPANSION = 4;

  private ResidualNetworks() {}

  /** The CIFAR networks of three stages of so many blocks. */
  static Network cifar(String name, Shape input, int classes, double width, int blocks) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stream =
        builder.convolution("stem.conv", builder.input(), NetworkCatalogue.scaled(16, width), 3, 1);
    stream = builder.batchNormRelu("stem.norm", stream);
    for (int stage = 0; stage < 3; stage++) {
      int channels = NetworkCatalogue.scaled(16 << stage, width);
      for (int block = 0; block < blocks; block++) {
        String prefix = "stage" + (stage + 1) + ".block" + (block + 1) + ".";
        boolean opensStage = block == 0 && stage > 0;
        int stride = opensStage ? 2 : 1;
        int branch = builder.convolution(prefix + "conv1", stream, channels, 3, stride);
        branch = builder.batchNormRelu(prefix + "norm1", branch);
        branch = builder.convolution(prefix + "conv2", branch, channels, 3, 1);
        branch = builder.batchNorm(prefix + "norm2", branch);
        int shortcut = stream;
        if (opensStage) {
          shortcut = builder.convolution(prefix + "shortcut.conv", stream, channels, 1, stride);
          shortcut = builder.batchNorm(prefix + "shortcut.norm", shortcut);
        }
        stream = builder.sumRelu(prefix + "sum", branch, shortcut);
      }
    }
    return builder.linear("classifier", builder.globalAveragePool("pool", stream), classes);
  }

  /** Wide residual networks of three stages of so many blocks. */
  static Network wide(String name, Shape input, int classes, double width, int blocks) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stream = builder.convolution("stem.conv", builder.input(), 16, 3, 1);
    for (int stage = 0; stage < 3; stage++) {
      int channels = NetworkCatalogue.scaled(16 << stage, width);
      for (int block = 0; block < blocks; block++) {
        String prefix = "stage" + (stage + 1) + ".block" + (block + 1) + ".";
        int stride = block == 0 && stage > 0 ? 2 : 1;
        int activated = builder.batchNormRelu(prefix + "norm1", stream);
        int branch = builder.convolution(prefix + "conv1", activated, channels, 3, stride);
        branch = builder.batchNormRelu(prefix + "norm2", branch);
        branch = builder.convolution(prefix + "conv2", branch, channels, 3, 1);
        int shortcut =
            block > 0
                ? stream
                : builder.convolution(prefix + "shortcut", activated, channels, 1, stride);
        stream = builder.sum(prefix + "sum", branch, shortcut);
      }
    }
    stream = builder.batchNormRelu("final.norm", stream);
    return builder.linear("classifier", builder.globalAveragePool("pool", stream), classes);
  }

  /** The networks of four stages, of 18, 34 or 50 layers. */
  static Network imagenet(String name, int depth, Shape input, int classes, double width) {
    int[] blocks =
        switch (depth) {
          case 18 -> BASIC_BLOCKS_18;
          case 34 -> BASIC_BLOCKS_34;
          case 50 -> BOTTLENECKS_50;
          default -> throw new IllegalArgumentException("no such depth: " + depth);
        };
    boolean bottleneck = depth == 50;
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stream = stem(builder, NetworkCatalogue.scaled(64, width), input);
    for (int stage = 0; stage < blocks.length; stage++) {
      int inner = NetworkCatalogue.scaled(64 << stage, width);
      for (int block = 0; block < blocks[stage]; block++) {
        String prefix = "stage" + (stage + 1) + ".block" + (block + 1) + ".";
        int stride = block == 0 && stage > 0 ? 2 : 1;
        stream =
            bottleneck
                ? bottleneck(builder, prefix, stream, inner, stride)
                : basicBlock(builder, prefix, stream, inner, stride);
      }
    }
    return builder.linear("classifier", builder.globalAveragePool("pool", stream), classes);
  }

  private static int stem(NetworkBuilder builder, int channels, Shape input) {
    boolean large = NetworkCatalogue.isLarge(input);
    int stream =
        builder.convolution("stem.conv", builder.input(), channels, large ? 7 : 3, large ? 2 : 1);
    stream = builder.batchNormRelu("stem.norm", stream);
    return large
        ? builder.add(
            "stem.pool", new Layer.Pool(Layer.Pool.Kind.MAXIMUM, Window.square(3, 2, 1)), stream)
        : stream;
  }

  /** A convolution to be made: its outputs, kernel and stride. */
  private record Step(int outputs, int kernel, int stride) {}

  private static int basicBlock(
      NetworkBuilder builder, String prefix, int stream, int inner, int stride) {
    return block(
        builder, prefix, stream, List.of(new Step(inner, 3, stride), new Step(inner, 3, 1)));
  }

  private static int bottleneck(
      NetworkBuilder builder, String prefix, int stream, int inner, int stride) {
    return block(
        builder,
        prefix,
        stream,
        List.of(
            new Step(inner, 1, 1), new Step(inner, 3, stride), new Step(EXPANSION * inner, 1, 1)));
  }

  /** Convolutions with batch norms, ReLU between them and behind their sum with the shortcut. */
  private static int block(NetworkBuilder builder, String prefix, int stream, List<Step> steps) {
    int branch = stream;
    List<Integer> strides = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      strides.add(step.stride());
      branch =
          builder.convolution(
              prefix + "conv" + (i + 1), branch, step.outputs(), step.kernel(), step.stride());
      String norm = prefix + "norm" + (i + 1);
      branch =
          i < steps.size() - 1
              ? builder.batchNormRelu(norm, branch)
              : builder.batchNorm(norm, branch);
    }
    int shortcut = stream;
    if (!builder.shape(stream).equals(builder.shape(branch))) {
      int stride = strides.stream().reduce(1, (a, b) -> a * b);
      int outputs = builder.shape(branch).channels();
      shortcut = builder.convolution(prefix + "shortcut.conv", stream, outputs, 1, stride);
      shortcut = builder.batchNorm(prefix + "shortcut.norm", shortcut);
    }
    return builder.sumRelu(prefix + "sum", branch, shortcut);
  }
}
