package io.coppice.shards;

import io.coppice.data.ImageSet;
import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.StorageUtils;

/**
 * The images that tasks of a run read in one JVM: on the heap up to some size, in mapped files
 * beyond it ({@link RecordWriter}), as pixels or as image files, whichever the source gave.
 */
public final class ImageStore implements AutoCloseable {

  private final Map<ImageRange, ImageSet> kept = new HashMap<>();
  private final Map<ImageRange, Object> locks = new HashMap<>();
  private final List<MappedByteBuffer> mapped = new ArrayList<>();
  private final DecoderPool decoders = new DecoderPool();
  private final HeapShare memory;
  private final Supplier<File> temporaryFile;
  private long mappedBytes;

  /** Gives an {@link ImageRecord} after the other. */
  interface Loader {
    Iterator<byte[]> open();
  }

  /**
   * @param heapLimit bytes of images that may lie on the heap
   * @param temporaryFile makes an empty file on a local disk
   */
  public ImageStore(long heapLimit, Supplier<File> temporaryFile) {
    this.memory = new HeapShare(heapLimit);
    this.temporaryFile = temporaryFile;
  }

  /**
   * One whose files lie where Spark keeps its own, on an executor or in local mode.
   *
   * @param heapLimit bytes of images that may lie on the heap
   */
  public static ImageStore onSparksDisks(long heapLimit) {
    return new ImageStore(
        heapLimit,
        () -> SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2());
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
  ImageSet get(ImageRange range, ImageKind kind, Loader loader) {
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
      ImageSet images = load(range, kind, loader.open());
      synchronized (this) {
        kept.put(range, images);
        locks.remove(range);
      }
      return images;
    }
  }

  /** Images that are here. */
  public synchronized long images() {
    return kept.keySet().stream().mapToLong(ImageRange::count).sum();
  }

  /** Bytes of images on the heap. */
  public long heapBytes() {
    return memory.used();
  }

  /** Bytes of images in mapped files. */
  public synchronized long mappedBytes() {
    return mappedBytes;
  }

  private ImageSet load(ImageRange range, ImageKind kind, Iterator<byte[]> records) {
    Shape shape = kind.shape();
    int[] labels = new int[range.count()];
    BitSet encoded = new BitSet();
    boolean whole = false;
    RecordWriter writer = new RecordWriter(labels.length, memory, temporaryFile);
    try (writer) {
      for (int i = 0; i < labels.length; i++) {
        ImageRecord record = new ImageRecord(records.next(), shape.channels());
        labels[i] = record.label();
        encoded.set(i, record.isEncoded());
        writer.add(record.bytes(), record.contentStart(), record.contentLength());
      }
      List<MappedByteBuffer> ofFile = new ArrayList<>();
      RecordBlocks contents = writer.finish(ofFile);
      synchronized (this) {
        mapped.addAll(ofFile);
        mappedBytes += writer.isMapped() ? writer.bytes() : 0;
      }
      whole = true;
      ImageFit fit = kind.fit();
      return new ImageSet(
          shape.channels(),
          shape.height(),
          shape.width(),
          kind.classes(),
          fit == null ? contents::read : new StoredPixels(contents, encoded, fit, shape, decoders),
          labels);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "images could not be kept on this executor's local disk: " + e, e);
    } finally {
      if (!whole && !writer.isMapped()) {
        memory.release(writer.bytes());
      }
    }
  }

  /** Lets go of all of it; nobody may read any more. */
  @Override
  public synchronized void close() {
    kept.clear();
    decoders.close();
    mapped.forEach(StorageUtils::dispose);
    mapped.clear();
    memory.clear();
    mappedBytes = 0;
  }

  /** The heap that images may take. */
  private static final class HeapShare implements RecordWriter.Memory {
    private final long limit;
    private long used;

    HeapShare(long limit) {
      this.limit = limit;
    }

    @Override
    public synchronized boolean reserve(long bytes) {
      boolean room = used + bytes <= limit;
      if (room) {
        used += bytes;
      }
      return room;
    }

    @Override
    public synchronized void release(long bytes) {
      used -= bytes;
    }

    synchronized void clear() {
      used = 0;
    }

    synchronized long used() {
      return used;
    }
  }
}
