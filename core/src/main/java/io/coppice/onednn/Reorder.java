package io.coppice.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Copies a tensor from one layout into another; where both are the same, hands the buffer through.
 */
final class Reorder implements AutoCloseable {

  private final long sourceBytes;
  private final long targetBytes;
  private final @Nullable Kernel kernel;

  Reorder(
      KernelContext context, Descriptors descriptors, dnnl_memory_desc from, dnnl_memory_desc to) {
    sourceBytes = dnnl.dnnl_memory_desc_get_size(from);
    targetBytes = dnnl.dnnl_memory_desc_get_size(to);
    if (dnnl.dnnl_memory_desc_equal(from, to) != 0) {
      kernel = null;
    } else {
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a reorder",
              (out, attributes) ->
                  dnnl.dnnl_reorder_primitive_desc_create(
                      out, from, context.engine(), to, context.engine(), attributes));
      kernel =
          new Kernel(
              context,
              "reorder",
              descriptor,
              new Kernel.Argument(dnnl.DNNL_ARG_FROM, from),
              new Kernel.Argument(dnnl.DNNL_ARG_TO, to));
    }
  }

  boolean isIdentity() {
    return kernel == null;
  }

  long sourceBytes() {
    return sourceBytes;
  }

  long targetBytes() {
    return targetBytes;
  }

  /** Copies {@code from} into {@code to}. */
  void execute(NativeBuffer from, NativeBuffer to) {
    if (kernel == null) {
      throw new IllegalStateException("both layouts are the same, nothing is to be copied");
    }
    kernel.execute(from, to);
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}
