package io.coppice.onednn;

import io.coppice.network.Window;
import io.coppice.onednn.Kernel.Argument;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's direct convolution of one shape. Where it has nothing but its reference implementation
 * for the activations' layout and precision, the pass runs on copies of its tensors: as 32-bit
 * floats, and where that is not enough (backward by weights on tiny images with AVX2) plain ones,
 * as a matrix product.
 */
final class DirectConvolution implements AutoCloseable {

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

  /**
   * Form of the activations that a kernel reads and writes.
   *
   * @param sourceTag layout of the source
   * @param destinationTag layout of the destination
   */
  private record Form(int sourceTag, int destinationTag, Precision precision) {}

  /**
   * A tensor of a pass.
   *
   * @param role oneDNN's number for it among a primitive's arguments
   * @param query oneDNN's number for asking how a primitive wants it
   * @param given how it lies outside of the pass
   */
  private record Part(int role, int query, Function<ConvolutionTensors, dnnl_memory_desc> given) {

    static final Part SOURCE =
        new Part(dnnl.DNNL_ARG_SRC, dnnl.dnnl_query_src_md, ConvolutionTensors::givenSource);
    static final Part WEIGHTS =
        new Part(
            dnnl.DNNL_ARG_WEIGHTS, dnnl.dnnl_query_weights_md, ConvolutionTensors::plainWeights);
    static final Part DESTINATION =
        new Part(dnnl.DNNL_ARG_DST, dnnl.dnnl_query_dst_md, ConvolutionTensors::givenDestination);
    static final Part SOURCE_GRADIENT =
        new Part(
            dnnl.DNNL_ARG_DIFF_SRC, dnnl.dnnl_query_diff_src_md, ConvolutionTensors::givenSource);
    static final Part WEIGHTS_GRADIENT =
        new Part(
            dnnl.DNNL_ARG_DIFF_WEIGHTS,
            dnnl.dnnl_query_diff_weights_md,
            ConvolutionTensors::plainWeights);
    static final Part DESTINATION_GRADIENT =
        new Part(
            dnnl.DNNL_ARG_DIFF_DST,
            dnnl.dnnl_query_diff_dst_md,
            ConvolutionTensors::givenDestination);

    Argument of(dnnl_primitive_desc descriptor) {
      return new Argument(role, Descriptors.layout(descriptor, query));
    }
  }

  /** A primitive on activations of some form, whose tensors are described with it. */
  private interface Primitive {
    dnnl_primitive_desc of(ConvolutionTensors tensors, Form form);
  }

  private final KernelContext context;
  private final ConvolutionKernels.Key key;
  private final long[] strides;
  private final long[] dilation = {0, 0};
  private final long[] paddingBefore;
  private final long[] paddingAfter;
  private @Nullable Pass forward;
  private @Nullable Pass backwardData;
  private @Nullable Pass backwardWeights;

  DirectConvolution(KernelContext context, ConvolutionKernels.Key key) {
    this.context = context;
    this.key = key;
    Window window = key.window();
    this.strides = new long[] {window.strideHeight(), window.strideWidth()};
    this.paddingBefore = new long[] {window.top(), window.left()};
    this.paddingAfter = new long[] {window.bottom(), window.right()};
  }

  void forward(NativeBuffer source, NativeBuffer weights, NativeBuffer destination) {
    if (forward == null) {
      forward = makeForward();
    }
    forward.execute(context, source, weights, destination);
  }

  void backwardData(NativeBuffer gradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (backwardData == null) {
      backwardData = makeBackwardData();
    }
    backwardData.execute(context, gradient, weights, sourceGradient);
  }

  void backwardWeights(NativeBuffer source, NativeBuffer gradient, NativeBuffer weightsGradient) {
    if (backwardWeights == null) {
      backwardWeights = makeBackwardWeights();
    }
    backwardWeights.execute(context, source, gradient, weightsGradient);
  }

  private Pass makeForward() {
    return make(
        Activity.CONVOLUTION_FORWARD,
        "convolution forward",
        this::describeForward,
        Part.SOURCE,
        Part.WEIGHTS,
        Part.DESTINATION);
  }

  private Pass makeBackwardData() {
    if (key.image()) {
      throw new IllegalStateException("the image has no gradient");
    }
    return make(
        Activity.CONVOLUTION_BACKWARD_DATA,
        "convolution backward by data",
        this::describeBackwardData,
        Part.DESTINATION_GRADIENT,
        Part.WEIGHTS,
        Part.SOURCE_GRADIENT);
  }

  private Pass makeBackwardWeights() {
    return make(
        Activity.CONVOLUTION_BACKWARD_WEIGHTS,
        "convolution backward by weights",
        this::describeBackwardWeights,
        Part.SOURCE,
        Part.DESTINATION_GRADIENT,
        Part.WEIGHTS_GRADIENT);
  }

  private Pass make(
      Activity activity, String name, Primitive primitive, Part first, Part second, Part result) {
    try (Descriptors descriptors = new Descriptors(context)) {
      ConvolutionTensors tensors = new ConvolutionTensors(context, key, descriptors);
      dnnl_primitive_desc descriptor = describe(tensors, primitive);
      Argument left = first.of(descriptor);
      Argument right = second.of(descriptor);
      Argument out = result.of(descriptor);
      return new Pass(
          new Kernel(context, activity, name, descriptor, left, right, out),
          new Reorder(context, descriptors, first.given().apply(tensors), left.layout()),
          new Reorder(context, descriptors, second.given().apply(tensors), right.layout()),
          new Reorder(context, descriptors, out.layout(), result.given().apply(tensors)));
    }
  }

  /** The primitive of the first form that oneDNN has more than a reference implementation for. */
  private dnnl_primitive_desc describe(ConvolutionTensors tensors, Primitive primitive) {
    int readTag = key.image() ? context.layout().imageTag() : context.layout().tag();
    Form preferred = new Form(readTag, context.layout().tag(), context.precision());
    dnnl_primitive_desc first = primitive.of(tensors, preferred);
    if (!Descriptors.isReference(first)) {
      return first;
    }
    if (context.precision() != Precision.FLOAT32) {
      dnnl_primitive_desc second =
          primitive.of(tensors, new Form(readTag, context.layout().tag(), Precision.FLOAT32));
      if (!Descriptors.isReference(second)) {
        return second;
      }
    }
    return primitive.of(tensors, new Form(dnnl.dnnl_nchw, dnnl.dnnl_nchw, Precision.FLOAT32));
  }

  private dnnl_primitive_desc describeForward(ConvolutionTensors tensors, Form form) {
    dnnl_memory_desc source = tensors.source(form.precision(), form.sourceTag());
    dnnl_memory_desc weights = tensors.anyWeights(form.precision());
    dnnl_memory_desc destination = tensors.destination(form.precision(), form.destinationTag());
    return primitive(
        tensors.descriptors(),
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

  private dnnl_primitive_desc describeBackwardData(ConvolutionTensors tensors, Form form) {
    dnnl_primitive_desc hint = describeForward(tensors, form);
    dnnl_memory_desc source = tensors.source(form.precision(), form.sourceTag());
    dnnl_memory_desc weights = tensors.anyWeights(form.precision());
    dnnl_memory_desc destination = tensors.destination(form.precision(), form.destinationTag());
    return primitive(
        tensors.descriptors(),
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

  private dnnl_primitive_desc describeBackwardWeights(ConvolutionTensors tensors, Form form) {
    dnnl_primitive_desc hint = describeForward(tensors, form);
    dnnl_memory_desc source = tensors.source(form.precision(), form.sourceTag());
    dnnl_memory_desc weights = tensors.anyWeights(Precision.FLOAT32);
    dnnl_memory_desc destination = tensors.destination(form.precision(), form.destinationTag());
    return primitive(
        tensors.descriptors(),
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

  @Override
  public void close() {
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
