package io.coppice.onednn;

import static io.coppice.onednn.OneDnnException.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** The descriptors that are needed while kernels are made, freed together once they are. */
final class Descriptors implements AutoCloseable {

  /**
   * A call that writes the handle of what it makes into its argument and returns oneDNN's status.
   */
  interface Maker {
    int make(PointerPointer<?> out, dnnl_primitive_attr attributes);
  }

  private final KernelContext context;
  private final long start = System.nanoTime();
  private final List<dnnl_memory_desc> memories = new ArrayList<>();
  private final List<dnnl_primitive_desc> primitives = new ArrayList<>();
  private final List<dnnl_primitive_attr> attributes = new ArrayList<>();

  Descriptors(KernelContext context) {
    this.context = context;
  }

  /** A call that writes the handle of a layout into its argument and returns oneDNN's status. */
  private interface LayoutMaker {
    int make(PointerPointer<?> out);
  }

  /** A float tensor in the given layout. */
  dnnl_memory_desc tensor(int tag, long... dimensions) {
    return tensor(Precision.FLOAT32, tag, dimensions);
  }

  /** A tensor of the activations' precision in the given layout. */
  dnnl_memory_desc activation(int tag, long... dimensions) {
    return tensor(context.precision(), tag, dimensions);
  }

  /** A tensor in the given layout. */
  dnnl_memory_desc tensor(Precision precision, int tag, long... dimensions) {
    return tensor(
        out ->
            dnnl.dnnl_memory_desc_create_with_tag(
                out, dimensions.length, dimensions, precision.type(), tag));
  }

  /** A float tensor with the given distances, in floats, between neighbours of each dimension. */
  dnnl_memory_desc tensor(long[] dimensions, long[] strides) {
    return tensor(
        out ->
            dnnl.dnnl_memory_desc_create_with_strides(
                out, dimensions.length, dimensions, dnnl.dnnl_f32, strides));
  }

  /**
   * A part of a tensor, where it lies in the whole.
   *
   * @param first position of the part's first value in the whole
   */
  dnnl_memory_desc part(dnnl_memory_desc whole, long[] dimensions, long[] first) {
    return tensor(out -> dnnl.dnnl_memory_desc_create_submemory(out, whole, dimensions, first));
  }

  private dnnl_memory_desc tensor(LayoutMaker maker) {
    try (PointerPointer<dnnl_memory_desc> out = new PointerPointer<>(1)) {
      check("describe a tensor", maker.make(out));
      dnnl_memory_desc descriptor = new dnnl_memory_desc(out.get(0));
      memories.add(descriptor);
      return descriptor;
    }
  }

  /** A primitive whose scratch memory comes from us. */
  dnnl_primitive_desc primitive(String what, Maker maker) {
    return primitive(what, maker, false);
  }

  /**
   * A primitive of the first implementation, in oneDNN's order, that is not refused.
   *
   * @param refused asked with an implementation's name
   */
  dnnl_primitive_desc primitive(String what, Predicate<String> refused, Maker maker) {
    dnnl_primitive_desc descriptor = primitive(what, maker);
    while (refused.test(implementation(descriptor))) {
      check("find another " + what, dnnl.dnnl_primitive_desc_next_impl(descriptor));
    }
    return descriptor;
  }

  /**
   * A primitive of the first implementation for an instruction set that is not refused; of the
   * first at all that is not, where there is none for it.
   *
   * @param instructions as implementations' names end, such as {@code avx2}
   * @param refused asked with an implementation's name
   */
  dnnl_primitive_desc primitiveFor(
      String instructions, String what, Predicate<String> refused, Maker maker) {
    dnnl_primitive_desc descriptor = primitive(what, maker);
    do {
      String name = implementation(descriptor);
      if (name.endsWith(":" + instructions) && !refused.test(name)) {
        return descriptor;
      }
    } while (dnnl.dnnl_primitive_desc_next_impl(descriptor) == dnnl.dnnl_success);
    return primitive(what, refused, maker);
  }

  /** A primitive whose result passes through ReLU. */
  dnnl_primitive_desc primitiveWithRelu(String what, Maker maker) {
    return primitive(what, maker, true);
  }

  private dnnl_primitive_desc primitive(String what, Maker maker, boolean relu) {
    dnnl_primitive_attr attribute = attribute();
    if (relu) {
      appendRelu(attribute);
    }
    try (PointerPointer<dnnl_primitive_desc> out = new PointerPointer<>(1)) {
      check("make " + what, maker.make(out, attribute));
      dnnl_primitive_desc descriptor = new dnnl_primitive_desc(out.get(0));
      primitives.add(descriptor);
      return descriptor;
    }
  }

  private dnnl_primitive_attr attribute() {
    try (PointerPointer<dnnl_primitive_attr> out = new PointerPointer<>(1)) {
      check("make attributes", dnnl.dnnl_primitive_attr_create(out));
      dnnl_primitive_attr attribute = new dnnl_primitive_attr(out.get(0));
      attributes.add(attribute);
      check(
          "set the scratchpad mode",
          dnnl.dnnl_primitive_attr_set_scratchpad_mode(attribute, dnnl.dnnl_scratchpad_mode_user));
      return attribute;
    }
  }

  private static void appendRelu(dnnl_primitive_attr attribute) {
    try (PointerPointer<dnnl_post_ops> out = new PointerPointer<>(1)) {
      check("make post operations", dnnl.dnnl_post_ops_create(out));
      dnnl_post_ops postOps = new dnnl_post_ops(out.get(0));
      check(
          "append ReLU", dnnl.dnnl_post_ops_append_eltwise(postOps, dnnl.dnnl_eltwise_relu, 0, 0));
      check("set post operations", dnnl.dnnl_primitive_attr_set_post_ops(attribute, postOps));
      dnnl.dnnl_post_ops_destroy(postOps);
    }
  }

  /**
   * The layout that a primitive chose for one of its tensors; owned by the primitive's descriptor.
   */
  static dnnl_memory_desc layout(dnnl_primitive_desc primitive, int query) {
    return dnnl.dnnl_primitive_desc_query_md(primitive, query, 0);
  }

  /** Name of the implementation that oneDNN chose. */
  static String implementation(dnnl_primitive_desc primitive) {
    try (PointerPointer<BytePointer> out = new PointerPointer<>(1)) {
      check(
          "name an implementation",
          dnnl.dnnl_primitive_desc_query(primitive, dnnl.dnnl_query_impl_info_str, 0, out));
      return new BytePointer(out.get(0)).getString();
    }
  }

  static boolean isReference(dnnl_primitive_desc primitive) {
    return implementation(primitive).startsWith("ref");
  }

  @Override
  public void close() {
    primitives.forEach(dnnl::dnnl_primitive_desc_destroy);
    memories.forEach(dnnl::dnnl_memory_desc_destroy);
    attributes.forEach(dnnl::dnnl_primitive_attr_destroy);
    context.times().addSince(Activity.KERNEL_CREATION, start);
  }
}
