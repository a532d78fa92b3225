package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Copies an activation into a part of a larger one, and back: some of its channels, or what lies
 * within its border.
 */
public final class PartKernels implements AutoCloseable {

  /**
   * Where the part lies; channels and first channel are multiples of the block, or all tensors have
   * a single position.
   *
   * @param batch images of both
   * @param whole extent of the larger activation
   * @param part extent of the part
   * @param channel first channel of the larger one that belongs to the part
   * @param row first row that does
   * @param column first column that does
   */
  public record Key(int batch, Extent whole, Extent part, int channel, int row, int column) {}

  /** Channels, as stored, rows and columns. */
  public record Extent(int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel into;
  private @Nullable Kernel outOf;

  private PartKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static PartKernels of(KernelContext context, Key key) {
    return context.kernels(PartKernels.class, key, () -> new PartKernels(context, key));
  }

  /** Writes the part into the whole; what lies around it is left alone. */
  public void into(NativeBuffer part, NativeBuffer whole) {
    if (into == null) {
      into = make("copy into a part", true);
    }
    into.execute(part, whole);
  }

  /** Reads the part out of the whole. */
  public void outOf(NativeBuffer whole, NativeBuffer part) {
    if (outOf == null) {
      outOf = make("copy out of a part", false);
    }
    outOf.execute(whole, part);
  }

  private dnnl_memory_desc tensor(Descriptors descriptors, Extent extent) {
    // With one position a channel all layouts are the plain one, in which any part can be named.
    boolean onePosition = key.whole().height() == 1 && key.whole().width() == 1;
    int tag = onePosition ? dnnl.dnnl_nchw : context.layout().tag();
    return descriptors.activation(
        tag, key.batch(), extent.channels(), extent.height(), extent.width());
  }

  private Kernel make(String name, boolean partFirst) {
    try (Descriptors descriptors = new Descriptors(context)) {
      Extent extent = key.part();
      dnnl_memory_desc part = tensor(descriptors, extent);
      dnnl_memory_desc place =
          descriptors.part(
              tensor(descriptors, key.whole()),
              new long[] {key.batch(), extent.channels(), extent.height(), extent.width()},
              new long[] {0, key.channel(), key.row(), key.column()});
      dnnl_memory_desc from = partFirst ? part : place;
      dnnl_memory_desc to = partFirst ? place : part;
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a copy of " + key,
              (out, attributes) ->
                  dnnl.dnnl_reorder_primitive_desc_create(
                      out, from, context.engine(), to, context.engine(), attributes));
      return new Kernel(
          context,
          Activity.REORDER,
          name,
          descriptor,
          new Argument(dnnl.DNNL_ARG_FROM, from),
          new Argument(dnnl.DNNL_ARG_TO, to));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {into, outOf}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
