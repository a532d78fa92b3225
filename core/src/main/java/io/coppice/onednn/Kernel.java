package io.coppice.onednn;

import static io.coppice.onednn.OneDnnException.check;

import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.PointerPointer;

/** One oneDNN primitive with its argument list; buffers are bound at each execution. */
final class Kernel implements AutoCloseable {

  /** A tensor of the primitive: oneDNN's number for its role, and its layout. */
  record Argument(int role, dnnl_memory_desc layout) {}

  private final KernelContext context;
  private final Activity activity;
  private final String name;
  private final dnnl_primitive primitive;
  private final dnnl_memory[] memories;
  private final long[] boundAddresses;
  private final long[] sizes;
  private final long scratchpadBytes;
  private final dnnl_exec_arg_t arguments;

  /**
   * @param activity what its time counts as
   * @param name what the kernel does, for messages
   * @param descriptor the primitive; may be freed afterwards
   * @param tensors its tensors, in the order in which {@link #execute} takes their buffers
   */
  Kernel(
      KernelContext context,
      Activity activity,
      String name,
      dnnl_primitive_desc descriptor,
      Argument... tensors) {
    this.context = context;
    this.activity = activity;
    this.name = name;
    try (PointerPointer<dnnl_primitive> out = new PointerPointer<>(1)) {
      check("create " + name, dnnl.dnnl_primitive_create(out, descriptor));
      primitive = new dnnl_primitive(out.get(0));
    }
    context.primitiveMade(Descriptors.implementation(descriptor) + " " + name);
    dnnl_memory_desc scratchpad = Descriptors.layout(descriptor, dnnl.dnnl_query_scratchpad_md);
    scratchpadBytes = dnnl.dnnl_memory_desc_get_size(scratchpad);
    int count = tensors.length + (scratchpadBytes > 0 ? 1 : 0);
    memories = new dnnl_memory[count];
    boundAddresses = new long[count];
    sizes = new long[count];
    arguments = new dnnl_exec_arg_t(count);
    for (int i = 0; i < tensors.length; i++) {
      addArgument(i, tensors[i].role(), tensors[i].layout());
    }
    if (scratchpadBytes > 0) {
      addArgument(tensors.length, dnnl.DNNL_ARG_SCRATCHPAD, scratchpad);
    }
    arguments.position(0);
  }

  private void addArgument(int position, int role, dnnl_memory_desc layout) {
    try (PointerPointer<dnnl_memory> out = new PointerPointer<>(1)) {
      check(
          "create a tensor of " + name,
          dnnl.dnnl_memory_create(out, layout, context.engine(), null));
      memories[position] = new dnnl_memory(out.get(0));
    }
    sizes[position] = dnnl.dnnl_memory_desc_get_size(layout);
    arguments.position(position).arg(role).memory(memories[position]);
  }

  /** Bytes that the buffer of the given argument must hold. */
  long bytes(int argument) {
    return sizes[argument];
  }

  void execute(NativeBuffer... buffers) {
    long start = System.nanoTime();
    for (int i = 0; i < buffers.length; i++) {
      bind(i, buffers[i]);
    }
    if (scratchpadBytes > 0) {
      bind(buffers.length, context.scratchpad(scratchpadBytes));
    }
    check(
        "run " + name,
        dnnl.dnnl_primitive_execute(primitive, context.stream(), memories.length, arguments));
    context.times().addSince(activity, start);
  }

  private void bind(int argument, NativeBuffer buffer) {
    if (buffer.capacityBytes() < sizes[argument]) {
      throw new IllegalArgumentException(
          name
              + ": argument "
              + argument
              + " needs "
              + sizes[argument]
              + " bytes, its buffer has "
              + buffer.capacityBytes());
    }
    long address = buffer.pointer().address();
    if (boundAddresses[argument] != address) {
      check(
          "bind a buffer of " + name,
          dnnl.dnnl_memory_set_data_handle(memories[argument], buffer.pointer()));
      boundAddresses[argument] = address;
    }
  }

  @Override
  public void close() {
    dnnl.dnnl_primitive_destroy(primitive);
    context.primitiveFreed();
    for (dnnl_memory memory : memories) {
      dnnl.dnnl_memory_destroy(memory);
    }
    arguments.deallocate();
  }
}
