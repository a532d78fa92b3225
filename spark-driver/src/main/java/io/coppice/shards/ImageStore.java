package io.coppice.shards;

import io.coppice.data.ImageSet;
import io.coppice.network.Shape;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.storage.StorageUtils;

/**
 * The images that tasks of a run read in one JVM: on the heap up to some size, in mapped files
 * beyond it. A file has no name any more once it is mapped, so that none is left behind however the
 * process ends.
 */
public final class ImageStore implements AutoCloseable {

  private static final int LARGEST_BLOCK = 1 << 30;
  private static final int WRITE_BYTES = 1 << 20;

  private final Map<ImageRange, ImageSet> kept = new HashMap<>();
  private final Map<ImageRange, Object> locks = new HashMap<>();
  private final List<MappedByteBuffer> mapped = new ArrayList<>();
  private final long heapLimit;
  private final Supplier<File> temporaryFile;
  private long heapBytes;
  private long mappedBytes;

  /** Gives an image after the other: its label, big-endian, and its pixels. */
  interface Loader {
    Iterator<byte[]> open();
  }

  /**
   * @param heapLimit bytes of images that may lie on the heap
   * @param temporaryFile makes an empty file on a local disk
   */
  public ImageStore(long heapLimit, Supplier<File> temporaryFile) {
    this.heapLimit = heapLimit;
    this.temporaryFile = temporaryFile;
  }

  /**
   * Images that are here.
   *
   * @throws IllegalStateException if they are not
   */
  public synchronized ImageSet get(ImageRange range) {
    ImageSet known = kept.get(range);
    if (known == null) {
      throw new IllegalStateException(range + " was not loaded in this JVM");
    }
    return known;
  }

  /**
   * Images that are here, or are loaded now; by one thread at a time where several ask for them.
   */
  ImageSet get(ImageRange range, Shape shape, int classes, Loader loader) {
    Object lock;
    synchronized (this) {
      ImageSet known = kept.get(range);
      if (known != null) {
        return known;
      }
      lock = locks.computeIfAbsent(range, unused -> new Object());
    }
    synchronized (lock) {
      synchronized (this) {
        ImageSet known = kept.get(range);
        if (known != null) {
          return known;
        }
      }
      ImageSet images = load(range, shape, classes, loader.open());
      synchronized (this) {
        kept.put(range, images);
        locks.remove(range);
      }
      return images;
    }
  }

  /** Bytes of images on the heap. */
  public synchronized long heapBytes() {
    return heapBytes;
  }

  /** Bytes of images in mapped files. */
  public synchronized long mappedBytes() {
    return mappedBytes;
  }

  private ImageSet load(ImageRange range, Shape shape, int classes, Iterator<byte[]> images) {
    int imagesPerBlock = Math.max(1, LARGEST_BLOCK / shape.size());
    int[] labels = new int[range.count()];
    long bytes = (long) range.count() * shape.size();
    boolean onHeap = reserve(bytes);
    List<ByteBuffer> blocks = List.of();
    try {
      blocks =
          onHeap
              ? onHeap(labels, shape.size(), imagesPerBlock, images)
              : inFile(labels, shape.size(), imagesPerBlock, images);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "images could not be kept on this executor's local disk: " + e, e);
    } finally {
      if (blocks.isEmpty()) {
        release(bytes, onHeap);
      }
    }
    return new ImageSet(
        shape.channels(), shape.height(), shape.width(), classes, blocks, imagesPerBlock, labels);
  }

  /** Whether so many bytes have room on the heap, where they are counted then. */
  private synchronized boolean reserve(long bytes) {
    boolean room = heapBytes + bytes <= heapLimit;
    if (room) {
      heapBytes += bytes;
    } else {
      mappedBytes += bytes;
    }
    return room;
  }

  private synchronized void release(long bytes, boolean onHeap) {
    if (onHeap) {
      heapBytes -= bytes;
    } else {
      mappedBytes -= bytes;
    }
  }

  private static List<ByteBuffer> onHeap(
      int[] labels, int imageSize, int imagesPerBlock, Iterator<byte[]> images) {
    List<ByteBuffer> blocks = new ArrayList<>();
    for (int first = 0; first < labels.length; first += imagesPerBlock) {
      int count = Math.min(imagesPerBlock, labels.length - first);
      byte[] block = new byte[count * imageSize];
      for (int i = 0; i < count; i++) {
        byte[] image = images.next();
        labels[first + i] = ByteBuffer.wrap(image).getInt();
        System.arraycopy(image, Integer.BYTES, block, i * imageSize, imageSize);
      }
      blocks.add(ByteBuffer.wrap(block));
    }
    return blocks;
  }

  private List<ByteBuffer> inFile(
      int[] labels, int imageSize, int imagesPerBlock, Iterator<byte[]> images) throws IOException {
    File file = temporaryFile.get();
    try (RandomAccessFile opened = new RandomAccessFile(file, "rw");
        FileChannel channel = opened.getChannel()) {
      write(labels, imageSize, images, channel);
      return map(labels.length, imageSize, imagesPerBlock, channel);
    } finally {
      java.nio.file.Files.deleteIfExists(file.toPath());
    }
  }

  private static void write(
      int[] labels, int imageSize, Iterator<byte[]> images, FileChannel channel)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.max(WRITE_BYTES, imageSize));
    try {
      for (int i = 0; i < labels.length; i++) {
        byte[] image = images.next();
        labels[i] = ByteBuffer.wrap(image).getInt();
        if (buffer.remaining() < imageSize) {
          flush(buffer, channel);
        }
        buffer.put(image, Integer.BYTES, imageSize);
      }
      flush(buffer, channel);
    } finally {
      StorageUtils.dispose(buffer);
    }
  }

  private static void flush(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  private List<ByteBuffer> map(int count, int imageSize, int imagesPerBlock, FileChannel channel)
      throws IOException {
    List<ByteBuffer> blocks = new ArrayList<>();
    for (int first = 0; first < count; first += imagesPerBlock) {
      long bytes = (long) Math.min(imagesPerBlock, count - first) * imageSize;
      MappedByteBuffer block =
          channel.map(FileChannel.MapMode.READ_ONLY, (long) first * imageSize, bytes);
      blocks.add(block);
      synchronized (this) {
        mapped.add(block);
      }
    }
    return blocks;
  }

  /** Lets go of all of it; nobody may read any more. */
  @Override
  public synchronized void close() {
    kept.clear();
    mapped.forEach(StorageUtils::dispose);
    mapped.clear();
    heapBytes = 0;
    mappedBytes = 0;
  }
}
