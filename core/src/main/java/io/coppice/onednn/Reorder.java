package io.coppice.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** Copies a tensor from one layout into another; where both are the same, nothing is copied. */
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
              Activity.REORDER,
              "reorder",
              descriptor,
              new Kernel.Argument(dnnl.DNNL_ARG_FROM, from),
              new Kernel.Argument(dnnl.DNNL_ARG_TO, to));
    }
  }

  /** The tensor in the new layout: the buffer itself, or a copy in the context's staging slot. */
  NativeBuffer apply(KernelContext context, int slot, NativeBuffer buffer) {
    if (kernel == null) {
      return buffer;
    }
    NativeBuffer copy = context.staging(slot, targetBytes);
    kernel.execute(buffer, copy);
    return copy;
  }

  /** Where to write what {@link #deliver} then copies: the target itself, or a staging slot. */
  NativeBuffer origin(KernelContext context, int slot, NativeBuffer target) {
    return kernel == null ? target : context.staging(slot, sourceBytes);
  }

  /** Copies what was written to {@link #origin} into the target. */
  void deliver(NativeBuffer origin, NativeBuffer target) {
    if (kernel != null) {
      kernel.execute(origin, target);
    }
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}
