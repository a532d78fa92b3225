package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordWriterTest {

  private static final int RECORDS = 40;

  @TempDir Path directory;

  /** A heap of so many bytes. */
  private static final class Heap implements RecordWriter.Memory {
    private final long limit;
    private long used;

    Heap(long limit) {
      this.limit = limit;
    }

    @Override
    public boolean reserve(long bytes) {
      boolean room = used + bytes <= limit;
      used += room ? bytes : 0;
      return room;
    }

    @Override
    public void release(long bytes) {
      used -= bytes;
    }
  }

  @Test
  void finish_anyRoomOnTheHeap_sameRecords() throws IOException {
    List<byte[]> records = records();
    long all = records.stream().mapToLong(record -> record.length).sum();
    for (long limit : new long[] {0, 1, records.get(0).length, all / 2, all - 1, all}) {
      Heap heap = new Heap(limit);
      List<MappedByteBuffer> mapped = new ArrayList<>();
      try (RecordWriter writer = new RecordWriter(RECORDS, heap, this::temporaryFile)) {
        for (byte[] record : records) {
          byte[] within = new byte[record.length + 5];
          System.arraycopy(record, 0, within, 3, record.length);
          writer.add(within, 3, record.length);
        }
        RecordBlocks blocks = writer.finish(mapped);
        writer.close();
        assertThat(directory).isEmptyDirectory();
        assertThat(writer.isMapped()).isEqualTo(limit < all);
        assertThat(writer.bytes()).isEqualTo(all);
        assertThat(heap.used).isEqualTo(limit < all ? 0 : all);
        for (int i = 0; i < RECORDS; i++) {
          byte[] read = new byte[blocks.length(i)];
          blocks.read(i, read);
          assertThat(read).containsExactly(records.get(i));
        }
      }
    }
  }

  /** Of all lengths, some empty, some larger than what is written at once. */
  private static List<byte[]> records() {
    Random random = new Random(1);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      int[] lengths = {random.nextInt(100), 0, 1 << 20, 3_000_000 + random.nextInt(1000), 4096};
      byte[] record = new byte[lengths[i % lengths.length]];
      random.nextBytes(record);
      records.add(record);
    }
    return records;
  }

  @Test
  void finish_recordsOfOneLength_takeNoMoreThanTheyHave() throws IOException {
    Heap heap = new Heap(Long.MAX_VALUE);
    try (RecordWriter writer = new RecordWriter(3, heap, this::temporaryFile)) {
      for (int i = 0; i < 3; i++) {
        byte[] record = new byte[7_000_000];
        Arrays.fill(record, (byte) i);
        writer.add(record, 0, record.length);
      }
      RecordBlocks blocks = writer.finish(new ArrayList<>());
      for (int i = 0; i < 3; i++) {
        byte[] first = new byte[2];
        blocks.read(i, first);
        assertThat(first).containsExactly(i, i);
      }
      assertThat(heap.used).isEqualTo(21_000_000);
    }
  }

  private File temporaryFile() {
    try {
      return Files.createTempFile(directory, "records", "").toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
