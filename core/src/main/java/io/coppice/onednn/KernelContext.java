package io.coppice.onednn;

import static io.coppice.onednn.OneDnnException.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * One thread's access to oneDNN: engine, stream, scratch memory, a buffer pool, and the kernels
 * that were made so far, by shape. Not thread-safe. {@code close} frees everything.
 */
public final class KernelContext implements AutoCloseable {

  static {
    // JavaCPP refuses allocations once the resident size passes twice the heap; our tensors live
    // outside the heap on purpose and are freed by their owner.
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
  }

  /**
   * What kernels may take. A run of VGG-16 whose masks change in every step meets a few hundred
   * shapes.
   */
  private static final long KERNEL_BYTES = 256L << 20;

  private final dnnl_engine engine;
  private final dnnl_stream stream;
  private final ActivationLayout layout;
  private final Precision precision;
  private final BufferPool buffers = new BufferPool();
  private final TimeSplit times = new TimeSplit();
  private final KernelCache kernels;
  private final SortedSet<String> implementations = new TreeSet<>();
  private final List<NativeBuffer> staging = new ArrayList<>();
  private final List<float[][]> arrays = new ArrayList<>();
  private @Nullable NativeBuffer scratchpad;
  private boolean closed;

  /** With activations of 32-bit floats. */
  public KernelContext(ActivationLayout layout) {
    this(layout, Precision.FLOAT32);
  }

  /**
   * @param precision of activations and their gradients
   * @throws UnsupportedPrecisionException if this processor has no instructions for it
   */
  public KernelContext(ActivationLayout layout, Precision precision) {
    this(layout, precision, KERNEL_BYTES);
  }

  /**
   * @param kernelBytes what kernels may take before those of a new shape are made
   */
  KernelContext(ActivationLayout layout, Precision precision, long kernelBytes) {
    UnsupportedPrecisionException.requireSupported(precision);
    this.layout = layout;
    this.precision = precision;
    this.kernels = new KernelCache(kernelBytes);
    try (PointerPointer<dnnl_engine> engineOut = new PointerPointer<>(1);
        PointerPointer<dnnl_stream> streamOut = new PointerPointer<>(1)) {
      check("create an engine", dnnl.dnnl_engine_create(engineOut, dnnl.dnnl_cpu, 0));
      engine = new dnnl_engine(engineOut.get(0));
      check(
          "create a stream",
          dnnl.dnnl_stream_create(streamOut, engine, dnnl.dnnl_stream_default_flags));
      stream = new dnnl_stream(streamOut.get(0));
    }
  }

  /** How activations lie in memory. */
  public ActivationLayout layout() {
    return layout;
  }

  /** Of activations and their gradients, but for images and logits, which are 32-bit floats. */
  public Precision precision() {
    return precision;
  }

  /** Bytes of so many numbers of an activation. */
  public long bytes(long numbers) {
    return numbers * precision.bytes();
  }

  /** The given number of channels rounded up to whole blocks; 0 stays 0. */
  public int padded(int channels) {
    int block = layout.channelBlock();
    return (channels + block - 1) / block * block;
  }

  /**
   * Name of the instruction set that the kernels use, such as {@code avx2} or {@code
   * avx512_core_amx}.
   */
  public static String instructionSet() {
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    Map<Integer, String> names =
        Map.ofEntries(
            Map.entry(dnnl.dnnl_cpu_isa_sse41, "sse41"),
            Map.entry(dnnl.dnnl_cpu_isa_avx, "avx"),
            Map.entry(dnnl.dnnl_cpu_isa_avx2, "avx2"),
            Map.entry(dnnl.dnnl_cpu_isa_avx2_vnni, "avx2_vnni"),
            Map.entry(dnnl.dnnl_cpu_isa_avx2_vnni_2, "avx2_vnni_2"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core, "avx512_core"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_fp16, "avx512_core_fp16"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_amx_fp16, "avx512_core_amx_fp16"));
    return names.getOrDefault(isa, "isa-0x" + Integer.toHexString(isa));
  }

  /** Whether the kernels use registers of 16 floats. */
  public static boolean hasAvx512() {
    return has(dnnl.dnnl_cpu_isa_avx512_core);
  }

  /** Whether the kernels use instructions that multiply bfloat16. */
  public static boolean hasBfloat16() {
    return has(dnnl.dnnl_cpu_isa_avx512_core_bf16);
  }

  private static boolean has(int instructions) {
    return (dnnl.dnnl_get_effective_cpu_isa() & instructions) == instructions;
  }

  /** Memory for tensors. */
  public BufferPool buffers() {
    return buffers;
  }

  /** Where the time of the steps so far went. */
  public TimeSplit times() {
    return times;
  }

  /**
   * Names of the oneDNN implementations in use; one that starts with {@code ref} is 100 times too
   * slow.
   */
  public SortedSet<String> implementations() {
    return new TreeSet<>(implementations);
  }

  /**
   * The kernels of a shape, made at the first request. The key's type must be the maker's own
   * record.
   */
  <T extends AutoCloseable> T kernels(Class<T> type, Object key, Supplier<T> maker) {
    if (closed) {
      throw new IllegalStateException("the kernel context was closed");
    }
    return type.cast(kernels.get(key, maker));
  }

  /** What the cache of kernels did so far. */
  public KernelCache.Statistics kernelStatistics() {
    return kernels.statistics();
  }

  dnnl_engine engine() {
    return engine;
  }

  dnnl_stream stream() {
    return stream;
  }

  /** Counts a primitive, and remembers its implementation. */
  void primitiveMade(String implementation) {
    implementations.add(implementation);
    kernels.primitiveMade();
  }

  void primitiveFreed() {
    kernels.primitiveFreed();
  }

  /** Scratch memory that a kernel may overwrite while it runs. */
  NativeBuffer scratchpad(long bytes) {
    NativeBuffer current = scratchpad;
    if (current == null || current.capacityBytes() < bytes) {
      if (current != null) {
        buffers.release(current);
      }
      current = buffers.acquire(bytes);
      scratchpad = current;
    }
    return current;
  }

  /**
   * Memory for a copy in another layout; each slot is one buffer that the next user of the slot
   * overwrites.
   */
  NativeBuffer staging(int slot, long bytes) {
    while (staging.size() <= slot) {
      staging.add(buffers.acquire(1));
    }
    if (staging.get(slot).capacityBytes() < bytes) {
      buffers.release(staging.get(slot));
      staging.set(slot, buffers.acquire(bytes));
    }
    return staging.get(slot);
  }

  /**
   * Arrays to compute with; each slot's are overwritten by the next user of the slot.
   *
   * @param length that each of them has at least
   */
  float[][] arrays(int slot, int count, int length) {
    while (arrays.size() <= slot) {
      arrays.add(new float[0][0]);
    }
    float[][] present = arrays.get(slot);
    int presentLength = present.length == 0 ? 0 : present[0].length;
    if (present.length < count || presentLength < length) {
      present = new float[Math.max(count, present.length)][Math.max(length, presentLength)];
      arrays.set(slot, present);
    }
    return present;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    kernels.close();
    buffers.close();
    dnnl.dnnl_stream_destroy(stream);
    dnnl.dnnl_engine_destroy(engine);
  }
}
