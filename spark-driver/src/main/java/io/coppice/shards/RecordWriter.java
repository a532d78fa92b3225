package io.coppice.shards;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.storage.StorageUtils;
import org.jspecify.annotations.Nullable;

/**
 * Puts records in memory: on the heap as long as there is room, and all of them in a mapped file
 * once there is none. The file has no name any more once it is mapped, so that none is left behind
 * however the process ends.
 */
final class RecordWriter implements AutoCloseable {

  private static final int HEAP_BLOCK = 1 << 24;
  private static final int MAPPED_BLOCK = 1 << 30;
  private static final int WRITE_BYTES = 1 << 20;

  /** Who knows how much memory there is. */
  interface Memory {

    /** Takes bytes of the heap, if so many are left. */
    boolean reserve(long bytes);

    /** Gives bytes of the heap back. */
    void release(long bytes);
  }

  private final Memory memory;
  private final Supplier<File> temporaryFile;
  private final long[] starts;
  private final List<ByteBuffer> blocks = new ArrayList<>();
  private int added;
  private @Nullable Spill spill;

  /**
   * @param count how many records there will be
   * @param temporaryFile makes an empty file on a local disk
   */
  RecordWriter(int count, Memory memory, Supplier<File> temporaryFile) {
    this.memory = memory;
    this.temporaryFile = temporaryFile;
    this.starts = new long[count + 1];
  }

  /** Takes in the next record, a part of an array. */
  void add(byte[] bytes, int offset, int length) throws IOException {
    Spill file = spill;
    if (file == null && !memory.reserve(length)) {
      file = spillAll();
    }
    if (file == null) {
      block(length).put(bytes, offset, length);
    } else {
      file.write(ByteBuffer.wrap(bytes, offset, length));
    }
    starts[added + 1] = starts[added] + length;
    added++;
  }

  /** The block that the next record goes to: as large as all the rest, if they are alike. */
  private ByteBuffer block(int length) {
    if (!blocks.isEmpty() && blocks.get(blocks.size() - 1).remaining() >= length) {
      return blocks.get(blocks.size() - 1);
    }
    int left = starts.length - 1 - added;
    int fitting = Math.max(1, Math.min(left, HEAP_BLOCK / Math.max(1, length)));
    ByteBuffer next = ByteBuffer.allocate(fitting * length);
    blocks.add(next);
    return next;
  }

  private Spill spillAll() throws IOException {
    Spill file = new Spill(temporaryFile.get());
    spill = file;
    memory.release(starts[added]);
    for (ByteBuffer block : blocks) {
      file.write(block.flip());
    }
    blocks.clear();
    return file;
  }

  /** Whether the records are in a mapped file. */
  boolean isMapped() {
    return spill != null;
  }

  /** Bytes of all records until now. */
  long bytes() {
    return starts[added];
  }

  /**
   * All records, once as many were added as promised.
   *
   * @param mapped receives blocks of memory that are to be given back at the end
   */
  RecordBlocks finish(List<MappedByteBuffer> mapped) throws IOException {
    Spill file = spill;
    if (file == null) {
      trimLast();
      long[] blockStarts = new long[blocks.size()];
      for (int i = 1; i < blockStarts.length; i++) {
        blockStarts[i] = blockStarts[i - 1] + blocks.get(i - 1).position();
      }
      return new RecordBlocks(starts, blockStarts, blocks);
    }
    List<Long> blockStarts = new ArrayList<>();
    List<ByteBuffer> fileBlocks = new ArrayList<>();
    for (int first = 0; first < added; ) {
      int end = first + 1;
      while (end < added && starts[end + 1] - starts[first] <= MAPPED_BLOCK) {
        end++;
      }
      MappedByteBuffer block = file.map(starts[first], starts[end] - starts[first]);
      mapped.add(block);
      fileBlocks.add(block);
      blockStarts.add(starts[first]);
      first = end;
    }
    return new RecordBlocks(
        starts, blockStarts.stream().mapToLong(Long::longValue).toArray(), fileBlocks);
  }

  private void trimLast() {
    if (!blocks.isEmpty() && blocks.get(blocks.size() - 1).hasRemaining()) {
      ByteBuffer last = blocks.remove(blocks.size() - 1);
      blocks.add(ByteBuffer.allocate(last.position()).put(last.flip()));
    }
  }

  /** Removes the file's name; what was mapped stays. */
  @Override
  public void close() throws IOException {
    if (spill != null) {
      spill.close();
    }
  }

  /** A file that is written from its beginning to its end, and then mapped. */
  private static final class Spill implements AutoCloseable {
    private final File file;
    private final RandomAccessFile opened;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES);

    Spill(File file) throws IOException {
      this.file = file;
      this.opened = new RandomAccessFile(file, "rw");
      this.channel = opened.getChannel();
    }

    void write(ByteBuffer bytes) throws IOException {
      if (bytes.remaining() > buffer.remaining()) {
        flush();
      }
      if (bytes.remaining() > buffer.remaining()) {
        writeWhole(bytes);
      } else {
        buffer.put(bytes);
      }
    }

    private void flush() throws IOException {
      writeWhole(buffer.flip());
      buffer.clear();
    }

    private void writeWhole(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    MappedByteBuffer map(long start, long bytes) throws IOException {
      flush();
      return channel.map(FileChannel.MapMode.READ_ONLY, start, bytes);
    }

    @Override
    public void close() throws IOException {
      StorageUtils.dispose(buffer);
      try (opened) {
        Files.deleteIfExists(file.toPath());
      }
    }
  }
}
