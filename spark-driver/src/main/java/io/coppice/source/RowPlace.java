package io.coppice.source;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.spark.rdd.InputFileBlockHolder;

/**
 * Where the row lies that a task has just read: in which file, or in which partition of what a
 * program or a catalogue made of files. Rows are counted from 1.
 */
final class RowPlace {

  private final String table;
  private final boolean files;
  private final int partition;
  private String file = "";
  private long start;
  private long row;

  /**
   * @param table what it is called
   * @param files whether all rows of its files are read, one after the other
   * @param partition of it
   */
  RowPlace(String table, boolean files, int partition) {
    this.table = table;
    this.files = files;
    this.partition = partition;
  }

  /** Goes on to the row that was just read. */
  void next() {
    locate();
    row++;
  }

  /** Notices which file the task reads, for rows and for what is no row. */
  void locate() {
    String found = InputFileBlockHolder.getInputFilePath().toString();
    long foundStart = InputFileBlockHolder.getStartOffset();
    if (files && (!found.equals(file) || foundStart != start)) {
      row = 0;
    }
    file = found;
    start = foundStart;
  }

  /** Rows that were read of the file, or of the partition. */
  long row() {
    return row;
  }

  /** The file, or the partition. */
  String room() {
    String path = file.isEmpty() ? "" : new Path(URI.create(file)).toString();
    if (!files || path.isEmpty()) {
      return table + ", partition " + partition + (path.isEmpty() ? "" : " (" + path + ")");
    }
    return start <= 0 ? path : path + ", the part that begins at byte " + start;
  }

  @Override
  public String toString() {
    return room() + ", row " + row;
  }
}
