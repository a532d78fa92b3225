package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Brings values that come from Java as a plain {@code (batch, channels, height, width)} into the
 * context's layout.
 */
public final class ArrangementKernels implements AutoCloseable {

  /**
   * The shape of the tensors and the precision of the arranged one; channels rounded up to whole
   * blocks.
   */
  public record Key(int batch, int channels, int height, int width, Precision precision) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel arrange;

  private ArrangementKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static ArrangementKernels of(KernelContext context, Key key) {
    return context.kernels(
        ArrangementKernels.class, key, () -> new ArrangementKernels(context, key));
  }

  /** Writes plain values into an activation. */
  public void arrange(float[] plain, NativeBuffer activation) {
    if (arrange == null) {
      arrange = makeArrange();
    }
    int count = key.batch() * key.channels() * key.height() * key.width();
    NativeBuffer copy = context.buffers().acquireFloats(count);
    copy.write(plain, 0, count);
    arrange.execute(copy, activation);
    context.buffers().release(copy);
  }

  private dnnl_memory_desc tensor(Descriptors descriptors, Precision precision, int tag) {
    return descriptors.tensor(
        precision, tag, key.batch(), key.channels(), key.height(), key.width());
  }

  private Kernel makeArrange() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc plain = tensor(descriptors, Precision.FLOAT32, dnnl.dnnl_nchw);
      dnnl_memory_desc arranged = tensor(descriptors, key.precision(), context.layout().tag());
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "an arrangement of " + key,
              (out, attributes) ->
                  dnnl.dnnl_reorder_primitive_desc_create(
                      out, plain, context.engine(), arranged, context.engine(), attributes));
      return new Kernel(
          context,
          Activity.REORDER,
          "arrange",
          descriptor,
          new Argument(dnnl.DNNL_ARG_FROM, plain),
          new Argument(dnnl.DNNL_ARG_TO, arranged));
    }
  }

  @Override
  public void close() {
    if (arrange != null) {
      arrange.close();
    }
  }
}
