package io.coppice.network;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The networks that can be asked for by name.
 *
 * <ul>
 *   <li>{@code resnetD}, D = 6n + 2 (20, 32, 44, 56, 110): the CIFAR residual networks of He et
 *       al., "Deep Residual Learning for Image Recognition" (CVPR 2016), section 4.2. Where the
 *       paper's shortcut pads with zero channels, ours is a 1x1 convolution with batch norm (the
 *       paper's option B), so that each stage is one channel group.
 *   <li>{@code vgg16}: configuration D of Simonyan and Zisserman (ICLR 2015) with batch norm and
 *       one linear layer, as used for CIFAR. A pool whose input has a single row or column is left
 *       out, and the last tensor is averaged over its positions, so that any image size fits.
 *   <li>{@code wrn-D-K}, D = 6n + 4: Zagoruyko and Komodakis, "Wide Residual Networks" (BMVC 2016),
 *       without dropout.
 * </ul>
 */
public final class NetworkCatalogue {

  private static final Pattern RESNET = Pattern.compile("resnet-?(\\d{1,4})");
  private static final Pattern WIDE_RESNET = Pattern.compile("wrn-(\\d{1,4})-(\\d{1,3})");
  private static final int[] VGG16_STAGE_CHANNELS = {64, 128, 256, 512, 512};
  private static final int[] VGG16_STAGE_CONVOLUTIONS = {2, 2, 3, 3, 3};

  private NetworkCatalogue() {}

  /** Names to offer to a person. */
  public static List<String> names() {
    return List.of(
        "resnet20", "resnet32", "resnet44", "resnet56", "resnet110", "vgg16", "wrn-28-10");
  }

  /**
   * Builds a network of the catalogue.
   *
   * @param name name of the network, see the class comment
   * @param input shape of one image
   * @param classes number of classes, at least 2
   * @param width factor on all channel counts, greater than 0
   * @throws IllegalArgumentException if there is no such network, or it does not fit the image
   */
  public static Network create(String name, Shape input, int classes, double width) {
    if (classes < 2) {
      throw new IllegalArgumentException("a classifier needs at least 2 classes, found " + classes);
    }
    if (!(width > 0) || width > 64) {
      throw new IllegalArgumentException(
          "the width multiplier must lie in (0, 64], found " + width);
    }
    Matcher resnet = RESNET.matcher(name);
    if (resnet.matches()) {
      int depth = Integer.parseInt(resnet.group(1));
      if (depth < 8 || (depth - 2) % 6 != 0) {
        throw new IllegalArgumentException(
            name + ": the depth of a CIFAR ResNet is 6n + 2 (8, 14, 20, 32, ...), found " + depth);
      }
      return resnet(name, input, classes, width, (depth - 2) / 6);
    }
    Matcher wide = WIDE_RESNET.matcher(name);
    if (wide.matches()) {
      int depth = Integer.parseInt(wide.group(1));
      if (depth < 10 || (depth - 4) % 6 != 0) {
        throw new IllegalArgumentException(
            name + ": the depth of a wide ResNet is 6n + 4 (10, 16, 22, 28, ...), found " + depth);
      }
      return wideResnet(
          name, input, classes, width * Integer.parseInt(wide.group(2)), (depth - 4) / 6);
    }
    if (name.equals("vgg16")) {
      return vgg16(name, input, classes, width);
    }
    throw new IllegalArgumentException(
        "there is no network named '" + name + "'; known are " + String.join(", ", names()));
  }

  private static Network resnet(String name, Shape input, int classes, double width, int blocks) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stream = builder.convolution("stem.conv", builder.input(), scaled(16, width), 3, 1);
    stream = builder.batchNormRelu("stem.norm", stream);
    for (int stage = 0; stage < 3; stage++) {
      int channels = scaled(16 << stage, width);
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

  private static Network wideResnet(
      String name, Shape input, int classes, double width, int blocks) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int stream = builder.convolution("stem.conv", builder.input(), 16, 3, 1);
    for (int stage = 0; stage < 3; stage++) {
      int channels = scaled(16 << stage, width);
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

  private static Network vgg16(String name, Shape input, int classes, double width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int last = builder.input();
    for (int stage = 0; stage < VGG16_STAGE_CHANNELS.length; stage++) {
      for (int i = 0; i < VGG16_STAGE_CONVOLUTIONS[stage]; i++) {
        String prefix = "stage" + (stage + 1) + ".";
        last =
            builder.convolution(
                prefix + "conv" + (i + 1), last, scaled(VGG16_STAGE_CHANNELS[stage], width), 3, 1);
        last = builder.batchNormRelu(prefix + "norm" + (i + 1), last);
      }
      Shape shape = builder.shape(last);
      if (shape.height() > 1 && shape.width() > 1) {
        last = builder.maxPool("stage" + (stage + 1) + ".pool", last, 2, 2);
      }
    }
    if (builder.shape(last).area() > 1) {
      last = builder.globalAveragePool("pool", last);
    }
    return builder.linear("classifier", last, classes);
  }

  private static int scaled(int channels, double width) {
    return Math.max(1, (int) Math.round(channels * width));
  }
}
