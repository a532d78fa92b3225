package io.coppice.onednn;

import io.coppice.network.Window;
import org.jspecify.annotations.Nullable;

/**
 * A convolution without bias, forward and backward, for one shape; with as many groups as channels,
 * a depthwise one.
 *
 * <p>Source {@code (batch, in, height, width)} and destination {@code (batch, out, height',
 * width')} lie as the context says, but for a source that is the image itself, which is plain.
 * Weights enter and leave as plain {@code (out, in / groups, kernel height, kernel width)} and,
 * like the image, as 32-bit floats.
 *
 * <p>Which algorithm takes a shape is a fixed rule, because bits depend on it: {@link
 * WinogradConvolution} or {@link WeightsGradientProducts} where activations lie channels-last and
 * they measure faster, {@link DirectConvolution} elsewhere.
 */
public final class ConvolutionKernels implements AutoCloseable {

  /**
   * The shape of a convolution.
   *
   * @param batch images
   * @param in input channels, rounded up to whole blocks unless {@code image}
   * @param out output channels, rounded up to whole blocks
   * @param groups runs of input channels, each of which gives its own run of output channels
   * @param height rows of the source
   * @param width columns of the source
   * @param window the kernel
   * @param image whether the source is the plain image
   */
  public record Key(
      int batch, int in, int out, int groups, int height, int width, Window window, boolean image) {

    int outHeight() {
      return window.outputHeight(height);
    }

    int outWidth() {
      return window.outputWidth(width);
    }

    /** Whether minimal filtering takes the shape where activations lie channels-last. */
    public boolean isFiltered() {
      return groups == 1 && WinogradConvolution.fits(this);
    }

    /** Floats of the plain weights. */
    public int weightCount() {
      return Math.multiplyExact(Math.multiplyExact(out, in / groups), window.area());
    }
  }

  private final KernelContext context;
  private final Key key;
  private final boolean byWinograd;
  private final boolean weightsGradientByProducts;
  private final DirectConvolution direct;
  private @Nullable WeightsGradientProducts products;
  private @Nullable WinogradConvolution winograd;

  private ConvolutionKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
    boolean ours =
        context.layout() == ActivationLayout.CHANNELS_LAST
            && context.precision() == Precision.FLOAT32;
    this.byWinograd = ours && key.isFiltered();
    this.weightsGradientByProducts = ours && key.groups() == 1 && WeightsGradientProducts.fits(key);
    this.direct = new DirectConvolution(context, key);
  }

  /** The kernels of a shape, from the context's cache. */
  public static ConvolutionKernels of(KernelContext context, Key key) {
    return context.kernels(
        ConvolutionKernels.class, key, () -> new ConvolutionKernels(context, key));
  }

  /** destination = source * weights. */
  public void forward(NativeBuffer source, NativeBuffer weights, NativeBuffer destination) {
    if (byWinograd) {
      winograd().forward(source, weights, destination);
    } else {
      direct.forward(source, weights, destination);
    }
  }

  /** Gradient of the source from the gradient of the destination. */
  public void backwardData(
      NativeBuffer destinationGradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (byWinograd) {
      winograd().backwardData(destinationGradient, weights, sourceGradient);
    } else {
      direct.backwardData(destinationGradient, weights, sourceGradient);
    }
  }

  /** Gradient of the weights, summed over the batch. */
  public void backwardWeights(
      NativeBuffer source, NativeBuffer destinationGradient, NativeBuffer weightsGradient) {
    if (byWinograd) {
      winograd().backwardWeights(source, destinationGradient, weightsGradient);
    } else if (weightsGradientByProducts) {
      products().execute(source, destinationGradient, weightsGradient);
    } else {
      direct.backwardWeights(source, destinationGradient, weightsGradient);
    }
  }

  private WinogradConvolution winograd() {
    if (winograd == null) {
      try (Descriptors descriptors = new Descriptors(context)) {
        winograd = new WinogradConvolution(new ConvolutionTensors(context, key, descriptors));
      }
    }
    return winograd;
  }

  private WeightsGradientProducts products() {
    if (products == null) {
      try (Descriptors descriptors = new Descriptors(context)) {
        products = new WeightsGradientProducts(new ConvolutionTensors(context, key, descriptors));
      }
    }
    return products;
  }

  @Override
  public void close() {
    direct.close();
    if (products != null) {
      products.close();
    }
    if (winograd != null) {
      winograd.close();
    }
  }
}
