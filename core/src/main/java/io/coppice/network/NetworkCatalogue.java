package io.coppice.network;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The networks that can be asked for by name. Convolutions have no bias where a batch norm follows
 * them. Images of at least {@value #LARGE} rows and columns take a network in its published form
 * for ImageNet, smaller ones in the form that is usual for CIFAR.
 *
 * <ul>
 *   <li>{@code resnetD}, D = 6n + 2 (20, 32, 44, 56, 110): the CIFAR residual networks of He et
 *       al., "Deep Residual Learning for Image Recognition" (CVPR 2016), section 4.2, whatever the
 *       size of the image. Where the paper's shortcut pads with zero channels, ours is a 1x1
 *       convolution with batch norm (the paper's option B), so that each stage is one channel
 *       group.
 *   <li>{@code resnet18}, {@code resnet34}, {@code resnet50}: the ImageNet networks of the same
 *       paper, section 4.1, with shortcuts of option B. A bottleneck of ResNet-50 that shrinks the
 *       image does so in its 3x3 convolution, as most libraries have it. For small images the stem
 *       is a 3x3 convolution without stride, and nothing is pooled behind it.
 *   <li>{@code vgg11}, {@code vgg13}, {@code vgg16}, {@code vgg19}: configurations A, B, D and E of
 *       Simonyan and Zisserman (ICLR 2015) with batch norm. For small images the three linear
 *       layers are one, a pool whose input has a single row or column is left out, and the last
 *       tensor is averaged over its positions, so that any size fits.
 *   <li>{@code mobilenet}: version 1 of Howard et al., "MobileNets" (arXiv:1704.04861). For small
 *       images the stem has no stride.
 *   <li>{@code wrn-D-K}, D = 6n + 4: Zagoruyko and Komodakis, "Wide Residual Networks" (BMVC 2016),
 *       without dropout, whatever the size of the image.
 * </ul>
 */
public final class NetworkCatalogue {

  /** Rows and columns from which on an image counts as large. */
  private static final int LARGE = 128;

  private static final Pattern RESNET = Pattern.compile("resnet-?(\\d{1,4})");
  private static final Pattern WIDE_RESNET = Pattern.compile("wrn-(\\d{1,4})-(\\d{1,3})");
  private static final Pattern VGG = Pattern.compile("vgg(11|13|16|19)");
  private static final List<Integer> IMAGENET_RESNETS = List.of(18, 34, 50);

  private NetworkCatalogue() {}

  /** Names to offer to a person. */
  public static List<String> names() {
    return List.of(
        "resnet20",
        "resnet32",
        "resnet44",
        "resnet56",
        "resnet110",
        "resnet18",
        "resnet34",
        "resnet50",
        "vgg11",
        "vgg13",
        "vgg16",
        "vgg19",
        "mobilenet",
        "wrn-28-10");
  }

  /**
   * Builds a network of the catalogue.
   *
   * @param name name of the network, see the class comment
   * @param input shape of one image
   * @param classes number of classes, at least 2
   * @param width factor on all channel counts, greater than 0
   * @throws InvalidNetworkException if there is no such network, or it does not fit the image
   */
  public static Network create(String name, Shape input, int classes, double width) {
    if (classes < 2) {
      throw new InvalidNetworkException("a classifier needs at least 2 classes, found " + classes);
    }
    if (!(width > 0) || width > 64) {
      throw new InvalidNetworkException("the width multiplier must lie in (0, 64], found " + width);
    }
    Matcher resnet = RESNET.matcher(name);
    if (resnet.matches()) {
      return resnet(name, Integer.parseInt(resnet.group(1)), input, classes, width);
    }
    Matcher wide = WIDE_RESNET.matcher(name);
    if (wide.matches()) {
      int depth = Integer.parseInt(wide.group(1));
      if (depth < 10 || (depth - 4) % 6 != 0) {
        throw new InvalidNetworkException(
            name + ": the depth of a wide ResNet is 6n + 4 (10, 16, 22, 28, ...), found " + depth);
      }
      return ResidualNetworks.wide(
          name, input, classes, width * Integer.parseInt(wide.group(2)), (depth - 4) / 6);
    }
    Matcher vgg = VGG.matcher(name);
    if (vgg.matches()) {
      return VggNetworks.create(name, Integer.parseInt(vgg.group(1)), input, classes, width);
    }
    if (name.equals("mobilenet")) {
      return MobileNets.version1(name, input, classes, width);
    }
    throw new InvalidNetworkException(
        "there is no network named '" + name + "'; known are " + String.join(", ", names()));
  }

  private static Network resnet(String name, int depth, Shape input, int classes, double width) {
    if (IMAGENET_RESNETS.contains(depth)) {
      return ResidualNetworks.imagenet(name, depth, input, classes, width);
    }
    if (depth < 8 || (depth - 2) % 6 != 0) {
      throw new InvalidNetworkException(
          name
              + ": the depth of a CIFAR ResNet is 6n + 2 (8, 14, 20, 32, ...), that of an ImageNet one of "
              + IMAGENET_RESNETS
              + ", found "
              + depth);
    }
    return ResidualNetworks.cifar(name, input, classes, width, (depth - 2) / 6);
  }

  static boolean isLarge(Shape image) {
    return Math.min(image.height(), image.width()) >= LARGE;
  }

  static int scaled(int channels, double width) {
    return Math.max(1, (int) Math.round(channels * width));
  }
}
