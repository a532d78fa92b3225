package io.coppice.shards;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Numbered records of any length in blocks of memory, none of which has a part of a record only.
 * May be read by several threads.
 */
final class RecordBlocks {

  private final long[] starts;
  private final long[] blockStarts;
  private final List<ByteBuffer> blocks;

  /**
   * @param starts where each record begins if the blocks lie one after the other, and where the
   *     last one ends
   * @param blockStarts where each block begins
   * @param blocks of memory; not copies
   */
  RecordBlocks(long[] starts, long[] blockStarts, List<ByteBuffer> blocks) {
    this.starts = starts;
    this.blockStarts = blockStarts;
    this.blocks = List.copyOf(blocks);
  }

  /** Bytes of a record. */
  int length(int record) {
    return (int) (starts[record + 1] - starts[record]);
  }

  /**
   * Copies a record.
   *
   * @param target receives as many bytes as it has room for, at most the record's
   */
  void read(int record, byte[] target) {
    int found = Arrays.binarySearch(blockStarts, starts[record]);
    int block = found < 0 ? -found - 2 : found;
    blocks
        .get(block)
        .get(
            (int) (starts[record] - blockStarts[block]),
            target,
            0,
            Math.min(target.length, length(record)));
  }
}
