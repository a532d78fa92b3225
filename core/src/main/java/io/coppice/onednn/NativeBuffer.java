package io.coppice.onednn;

import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Native memory of a fixed capacity, aligned to a cache line. Holds floats, or the opaque bytes of
 * a kernel's workspace.
 */
public final class NativeBuffer implements AutoCloseable {

  static final int ALIGNMENT = 64;

  /** Of all buffers that are allocated; memory outside the heap belongs to the process. */
  private static final AtomicLong BYTES_IN_THIS_JVM = new AtomicLong();

  private final BufferPool pool;
  private final long capacityBytes;
  private final Pointer allocation;
  private final FloatPointer floats;
  private boolean lent;
  private boolean closed;

  /**
   * Allocates {@code capacityBytes}, not initialised.
   *
   * @param pool that lends it
   */
  NativeBuffer(BufferPool pool, long capacityBytes) {
    this.pool = pool;
    this.capacityBytes = capacityBytes;
    this.allocation = Pointer.malloc(capacityBytes + ALIGNMENT);
    if (allocation == null || allocation.isNull()) {
      throw new OutOfMemoryError("no native memory for " + capacityBytes + " bytes");
    }
    BYTES_IN_THIS_JVM.addAndGet(capacityBytes + ALIGNMENT);
    long misalignment = allocation.address() % ALIGNMENT;
    BytePointer aligned = new BytePointer(allocation).position(ALIGNMENT - misalignment);
    this.floats = new FloatPointer(aligned);
  }

  /** Bytes of all buffers that this process has allocated and not freed. */
  public static long bytesInThisJvm() {
    return BYTES_IN_THIS_JVM.get();
  }

  public long capacityBytes() {
    return capacityBytes;
  }

  /** Notes that its pool has lent it. */
  void lend() {
    lent = true;
  }

  /**
   * Notes that its pool has it back: two borrowers of one buffer would overwrite each other's
   * values.
   */
  void giveBack(BufferPool to) {
    if (to != pool) {
      throw new IllegalArgumentException(
          "a buffer of "
              + capacityBytes
              + " bytes goes back to the pool that lent it, to no other");
    }
    if (!lent) {
      throw new IllegalStateException(
          "a buffer of " + capacityBytes + " bytes was given back already");
    }
    lent = false;
  }

  /** Copies {@code count} floats into the start of the buffer. */
  public void write(float[] source, int offset, int count) {
    write(0, source, offset, count);
  }

  /** Copies {@code count} floats into the buffer, from its {@code first} on. */
  void write(long first, float[] source, int offset, int count) {
    requireFits(first, count);
    floats.position(first).put(source, offset, count);
    floats.position(0);
  }

  /** Writes {@code count} numbers into the start of the buffer, rounded to a precision. */
  public void write(Precision precision, float[] source, int count) {
    if (precision == Precision.FLOAT32) {
      write(source, 0, count);
      return;
    }
    requireFits(0, floatsOf((long) count * precision.bytes()));
    short[] numbers = new short[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Precision.toBfloat16(source[i]);
    }
    new ShortPointer(pointer()).put(numbers, 0, count);
  }

  /** Reads the first {@code count} numbers of a precision. */
  public void read(Precision precision, float[] target, int count) {
    if (precision == Precision.FLOAT32) {
      read(0, target, 0, count);
      return;
    }
    requireFits(0, floatsOf((long) count * precision.bytes()));
    short[] numbers = new short[count];
    new ShortPointer(pointer()).get(numbers, 0, count);
    for (int i = 0; i < count; i++) {
      target[i] = Precision.ofBfloat16(numbers[i]);
    }
  }

  /** Copies {@code count} floats from the buffer, from its {@code first} on. */
  public void read(long first, float[] target, int offset, int count) {
    requireFits(first, count);
    floats.position(first).get(target, offset, count);
    floats.position(0);
  }

  /** Copies the first {@code bytes} of another buffer; does nothing where that is this one. */
  public void copyFrom(NativeBuffer source, long bytes) {
    requireFits(0, floatsOf(bytes));
    source.requireFits(0, floatsOf(bytes));
    if (source != this) {
      Pointer.memcpy(pointer(), source.pointer(), bytes);
    }
  }

  /** Sets the first {@code bytes} to zero. */
  public void zero(long bytes) {
    requireFits(0, floatsOf(bytes));
    Pointer.memset(pointer(), 0, bytes);
  }

  /** Sets {@code count} floats to zero, from its {@code first} on. */
  void zeroFloats(long first, long count) {
    requireFits(first, count);
    // A call that takes any pointer counts its position in bytes, so the position must be 0.
    Pointer.memset(pointer(0).getPointer(first), 0, count * Float.BYTES);
  }

  FloatPointer pointer() {
    return pointer(0);
  }

  /** The address of a float, until the next call on this buffer. */
  FloatPointer pointer(long first) {
    if (closed) {
      throw new IllegalStateException("the buffer was freed");
    }
    return floats.position(first);
  }

  private static long floatsOf(long bytes) {
    return (bytes + Float.BYTES - 1) / Float.BYTES;
  }

  private void requireFits(long first, long count) {
    if (closed) {
      throw new IllegalStateException("the buffer was freed");
    }
    if ((first + count) * Float.BYTES > capacityBytes) {
      throw new IndexOutOfBoundsException(
          "floats "
              + first
              + " to "
              + (first + count)
              + " of a buffer of "
              + capacityBytes
              + " bytes");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Pointer.free(allocation);
      BYTES_IN_THIS_JVM.addAndGet(-capacityBytes - ALIGNMENT);
    }
  }
}
