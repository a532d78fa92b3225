package io.coppice.onednn;

import io.coppice.network.Window;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * How the tensors of a convolution lie: as they come and leave, and as a kernel may want them.
 *
 * @param descriptors own what is described
 */
record ConvolutionTensors(
    KernelContext context, ConvolutionKernels.Key key, Descriptors descriptors) {

  /** The source as it comes. */
  dnnl_memory_desc givenSource() {
    return key.image()
        ? source(Precision.FLOAT32, dnnl.dnnl_nchw)
        : source(context.precision(), context.layout().tag());
  }

  /** The destination as it leaves. */
  dnnl_memory_desc givenDestination() {
    return destination(context.precision(), context.layout().tag());
  }

  /** The weights as they come, and their gradient as it leaves. */
  dnnl_memory_desc plainWeights() {
    return weights(Precision.FLOAT32, key.groups() == 1 ? dnnl.dnnl_oihw : dnnl.dnnl_goihw);
  }

  dnnl_memory_desc source(Precision precision, int tag) {
    return descriptors.tensor(precision, tag, key.batch(), key.in(), key.height(), key.width());
  }

  dnnl_memory_desc destination(Precision precision, int tag) {
    return descriptors.tensor(
        precision, tag, key.batch(), key.out(), key.outHeight(), key.outWidth());
  }

  /** The weights in whatever layout a primitive wants. */
  dnnl_memory_desc anyWeights(Precision precision) {
    return weights(precision, dnnl.dnnl_format_tag_any);
  }

  private dnnl_memory_desc weights(Precision precision, int tag) {
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
}
