package io.coppice.onednn;

import io.coppice.network.Window;
import io.coppice.onednn.Kernel.Argument;
import java.util.function.Predicate;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A convolution without bias, forward and backward, for one shape; with as many groups as channels,
 * a depthwise one.
 *
 * <p>Source {@code (batch, in, height, width)} and destination {@code (batch, out, height',
 * width')} lie as the context says, but for a source that is the image itself, which is plain.
 * Weights enter and leave as plain {@code (out, in / groups, kernel height, kernel width)} and,
 * like the image, as 32-bit floats. Where oneDNN has nothing but its reference implementation for
 * that layout and precision, the pass runs on copies of its tensors: as 32-bit floats, and where
 * that is not enough (backward by weights on tiny images with AVX2) plain ones, as a matrix
 * product.
 *
 * <p>Which algorithm takes a shape is a fixed rule, because bits depend on it: {@link
 * WinogradConvolution} or {@link WeightsGradientProducts} where activations lie channels-last and
 * they measure faster, oneDNN's direct convolution elsewhere.
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

  /** Channels that a register of 8 floats holds. */
  private static final int NARROW = 8;

  private static final int SOURCE_SLOT = 0;
  private static final int WEIGHTS_SLOT = 1;
  private static final int RESULT_SLOT = 2;

  /**
   * One direction: two input tensors, one result, and the copies into the layouts that the kernel
   * wants.
   */
  private record Pass(Kernel kernel, Reorder first, Reorder second, Reorder result)
      implements AutoCloseable {

    void execute(KernelContext context, NativeBuffer a, NativeBuffer b, NativeBuffer out) {
      NativeBuffer left = first.apply(context, SOURCE_SLOT, a);
      NativeBuffer right = second.apply(context, WEIGHTS_SLOT, b);
      NativeBuffer target = result.origin(context, RESULT_SLOT, out);
      kernel.execute(left, right, target);
      result.deliver(target, out);
    }

    @Override
    public void close() {
      kernel.close();
      first.close();
      second.close();
      result.close();
    }
  }

  private final KernelContext context;
  private final Key key;
  private final long[] strides;
  private final long[] dilation = {0, 0};
  private final long[] paddingBefore;
  private final long[] paddingAfter;
  private final boolean byWinograd;
  private final boolean weightsGradientByProducts;
  private @Nullable Pass forward;
  private @Nullable Pass backwardData;
  private @Nullable Pass backwardWeights;
  private @Nullable WeightsGradientProducts products;
  private @Nullable WinogradConvolution winograd;

  private ConvolutionKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
    Window window = key.window();
    this.strides = new long[] {window.strideHeight(), window.strideWidth()};
    this.paddingBefore = new long[] {window.top(), window.left()};
    this.paddingAfter = new long[] {window.bottom(), window.right()};
    boolean ours =
        context.layout() == ActivationLayout.CHANNELS_LAST
            && context.precision() == Precision.FLOAT32;
    this.byWinograd = ours && key.isFiltered();
    this.weightsGradientByProducts = ours && key.groups() == 1 && WeightsGradientProducts.fits(key);
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
      return;
    }
    if (forward == null) {
      forward = makeForward();
    }
    forward.execute(context, source, weights, destination);
  }

  /** Gradient of the source from the gradient of the destination. */
  public void backwardData(
      NativeBuffer destinationGradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (byWinograd) {
      winograd().backwardData(destinationGradient, weights, sourceGradient);
      return;
    }
    if (backwardData == null) {
      backwardData = makeBackwardData();
    }
    backwardData.execute(context, destinationGradient, weights, sourceGradient);
  }

  /** Gradient of the weights, summed over the batch. */
  public void backwardWeights(
      NativeBuffer source, NativeBuffer destinationGradient, NativeBuffer weightsGradient) {
    if (byWinograd) {
      winograd().backwardWeights(source, destinationGradient, weightsGradient);
      return;
    }
    if (weightsGradientByProducts) {
      if (products == null) {
        products = makeProducts();
      }
      products.execute(source, destinationGradient, weightsGradient);
      return;
    }
    if (backwardWeights == null) {
      backwardWeights = makeBackwardWeights();
    }
    backwardWeights.execute(context, source, destinationGradient, weightsGradient);
  }

  /**
   * Form of the activations that a kernel reads and writes.
   *
   * @param sourceTag layout of the source
   * @param destinationTag layout of the destination
   */
  private record Form(int sourceTag, int destinationTag, Precision precision) {}

  /** A primitive on activations of some form. */
  private interface Description {
    dnnl_primitive_desc of(Form form);
  }

  /** The primitive of the first form that oneDNN has more than a reference implementation for. */
  private dnnl_primitive_desc describe(Description description) {
    int readTag = key.image() ? context.layout().imageTag() : context.layout().tag();
    Form preferred = new Form(readTag, context.layout().tag(), context.precision());
    dnnl_primitive_desc first = description.of(preferred);
    if (!Descriptors.isReference(first)) {
      return first;
    }
    if (context.precision() != Precision.FLOAT32) {
      dnnl_primitive_desc second =
          description.of(new Form(readTag, context.layout().tag(), Precision.FLOAT32));
      if (!Descriptors.isReference(second)) {
        return second;
      }
    }
    return description.of(new Form(dnnl.dnnl_nchw, dnnl.dnnl_nchw, Precision.FLOAT32));
  }

  /**
   * A primitive for registers of the width that its result fills: half of one of 16 floats would
   * compute nothing where there are 8 channels.
   *
   * @param channels of the result
   */
  private dnnl_primitive_desc primitive(
      Descriptors descriptors,
      Form form,
      int channels,
      String what,
      Predicate<String> refused,
      Descriptors.Maker maker) {
    boolean narrow =
        key.groups() == 1 && channels <= NARROW && form.precision() == Precision.FLOAT32;
    return narrow
        ? descriptors.primitiveFor("avx2", what, refused, maker)
        : descriptors.primitive(what, refused, maker);
  }

  /** The source as it comes. */
  private dnnl_memory_desc givenSource(Descriptors descriptors) {
    return key.image()
        ? source(descriptors, Precision.FLOAT32, dnnl.dnnl_nchw)
        : source(descriptors, context.precision(), context.layout().tag());
  }

  /** The destination as it leaves. */
  private dnnl_memory_desc givenDestination(Descriptors descriptors) {
    return destination(descriptors, context.precision(), context.layout().tag());
  }

  private dnnl_memory_desc source(Descriptors descriptors, Precision precision, int tag) {
    return descriptors.tensor(precision, tag, key.batch(), key.in(), key.height(), key.width());
  }

  private dnnl_memory_desc destination(Descriptors descriptors, Precision precision, int tag) {
    return descriptors.tensor(
        precision, tag, key.batch(), key.out(), key.outHeight(), key.outWidth());
  }

  private dnnl_memory_desc plainWeights(Descriptors descriptors) {
    int tag = key.groups() == 1 ? dnnl.dnnl_oihw : dnnl.dnnl_goihw;
    return weights(descriptors, Precision.FLOAT32, tag);
  }

  private dnnl_memory_desc weights(Descriptors descriptors, Precision precision, int tag) {
    Window window = key.window();
    int groups = key.groups();
    return groups == 1
        ? descriptors.tensor(precision, tag, key.out(), key.in(), window.height(), window.width())
        : descriptors.tensor(
            precision,
            tag,
            groups,
            key.out() / groups,
            key.in() / groups,
            window.height(),
            window.width());
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, Form form) {
    dnnl_memory_desc source = source(descriptors, form.precision(), form.sourceTag());
    dnnl_memory_desc weights = weights(descriptors, form.precision(), dnnl.dnnl_format_tag_any);
    dnnl_memory_desc destination =
        destination(descriptors, form.precision(), form.destinationTag());
    return primitive(
        descriptors,
        form,
        key.out(),
        "a forward convolution of " + key,
        implementation -> ConvolutionDefects.forward(key, implementation),
        (out, attributes) ->
            dnnl.dnnl_convolution_forward_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_forward_training,
                dnnl.dnnl_convolution_direct,
                source,
                weights,
                null,
                destination,
                strides,
                dilation,
                paddingBefore,
                paddingAfter,
                attributes));
  }

  private Pass makeForward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_primitive_desc descriptor = describe(form -> describeForward(descriptors, form));
      dnnl_memory_desc source = Descriptors.layout(descriptor, dnnl.dnnl_query_src_md);
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_weights_md);
      dnnl_memory_desc destination = Descriptors.layout(descriptor, dnnl.dnnl_query_dst_md);
      Kernel kernel =
          new Kernel(
              context,
              Activity.CONVOLUTION_FORWARD,
              "convolution forward",
              descriptor,
              new Argument(dnnl.DNNL_ARG_SRC, source),
              new Argument(dnnl.DNNL_ARG_WEIGHTS, weights),
              new Argument(dnnl.DNNL_ARG_DST, destination));
      return new Pass(
          kernel,
          new Reorder(context, descriptors, givenSource(descriptors), source),
          new Reorder(context, descriptors, plainWeights(descriptors), weights),
          new Reorder(context, descriptors, destination, givenDestination(descriptors)));
    }
  }

  private dnnl_primitive_desc describeBackwardData(Descriptors descriptors, Form form) {
    dnnl_primitive_desc hint = describeForward(descriptors, form);
    dnnl_memory_desc source = source(descriptors, form.precision(), form.sourceTag());
    dnnl_memory_desc weights = weights(descriptors, form.precision(), dnnl.dnnl_format_tag_any);
    dnnl_memory_desc destination =
        destination(descriptors, form.precision(), form.destinationTag());
    return primitive(
        descriptors,
        form,
        key.in(),
        "a backward convolution by data of " + key,
        implementation -> false,
        (out, attributes) ->
            dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_convolution_direct,
                source,
                weights,
                destination,
                strides,
                dilation,
                paddingBefore,
                paddingAfter,
                hint,
                attributes));
  }

  private Pass makeBackwardData() {
    if (key.image()) {
      throw new IllegalStateException("the image has no gradient");
    }
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_primitive_desc descriptor = describe(form -> describeBackwardData(descriptors, form));
      dnnl_memory_desc source = Descriptors.layout(descriptor, dnnl.dnnl_query_diff_src_md);
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_weights_md);
      dnnl_memory_desc destination = Descriptors.layout(descriptor, dnnl.dnnl_query_diff_dst_md);
      Kernel kernel =
          new Kernel(
              context,
              Activity.CONVOLUTION_BACKWARD_DATA,
              "convolution backward by data",
              descriptor,
              new Argument(dnnl.DNNL_ARG_DIFF_DST, destination),
              new Argument(dnnl.DNNL_ARG_WEIGHTS, weights),
              new Argument(dnnl.DNNL_ARG_DIFF_SRC, source));
      return new Pass(
          kernel,
          new Reorder(context, descriptors, givenDestination(descriptors), destination),
          new Reorder(context, descriptors, plainWeights(descriptors), weights),
          new Reorder(context, descriptors, source, givenSource(descriptors)));
    }
  }

  private dnnl_primitive_desc describeBackwardWeights(Descriptors descriptors, Form form) {
    dnnl_primitive_desc hint = describeForward(descriptors, form);
    dnnl_memory_desc source = source(descriptors, form.precision(), form.sourceTag());
    dnnl_memory_desc weights = weights(descriptors, Precision.FLOAT32, dnnl.dnnl_format_tag_any);
    dnnl_memory_desc destination =
        destination(descriptors, form.precision(), form.destinationTag());
    return primitive(
        descriptors,
        form,
        key.out(),
        "a backward convolution by weights of " + key,
        implementation -> ConvolutionDefects.backwardWeights(key, implementation),
        (out, attributes) ->
            dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_convolution_direct,
                source,
                weights,
                null,
                destination,
                strides,
                dilation,
                paddingBefore,
                paddingAfter,
                hint,
                attributes));
  }

  private Pass makeBackwardWeights() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_primitive_desc descriptor = describe(form -> describeBackwardWeights(descriptors, form));
      dnnl_memory_desc source = Descriptors.layout(descriptor, dnnl.dnnl_query_src_md);
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_diff_weights_md);
      dnnl_memory_desc destination = Descriptors.layout(descriptor, dnnl.dnnl_query_diff_dst_md);
      Kernel kernel =
          new Kernel(
              context,
              Activity.CONVOLUTION_BACKWARD_WEIGHTS,
              "convolution backward by weights",
              descriptor,
              new Argument(dnnl.DNNL_ARG_SRC, source),
              new Argument(dnnl.DNNL_ARG_DIFF_DST, destination),
              new Argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, weights));
      return new Pass(
          kernel,
          new Reorder(context, descriptors, givenSource(descriptors), source),
          new Reorder(context, descriptors, givenDestination(descriptors), destination),
          new Reorder(context, descriptors, weights, plainWeights(descriptors)));
    }
  }

  private WinogradConvolution winograd() {
    if (winograd == null) {
      try (Descriptors descriptors = new Descriptors(context)) {
        winograd = new WinogradConvolution(context, key, descriptors, plainWeights(descriptors));
      }
    }
    return winograd;
  }

  private WeightsGradientProducts makeProducts() {
    try (Descriptors descriptors = new Descriptors(context)) {
      return new WeightsGradientProducts(
          context,
          key,
          descriptors,
          givenSource(descriptors),
          givenDestination(descriptors),
          plainWeights(descriptors));
    }
  }

  @Override
  public void close() {
    if (products != null) {
      products.close();
    }
    if (winograd != null) {
      winograd.close();
    }
    closeIfMade(forward);
    closeIfMade(backwardData);
    closeIfMade(backwardWeights);
  }

  private static void closeIfMade(@Nullable Pass pass) {
    if (pass != null) {
      pass.close();
    }
  }
}
