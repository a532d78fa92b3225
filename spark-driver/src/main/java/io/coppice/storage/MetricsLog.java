package io.coppice.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lines of {@code metrics.jsonl}. They go to that file at once, which nobody relies on: it may
 * lack its end, or all of it, when the process is killed. What a checkpoint needs of them stays in
 * memory until the checkpoint {@link #keep keeps} it as a {@link MetricsSegment}; so each line is
 * written with one checkpoint, and read and written again only when small segments are merged into
 * larger ones, about as often as the logarithm of their number. At the end, or where a run goes on,
 * the file is made of the segments.
 *
 * <p>Lines may be appended by one thread while another one keeps them.
 */
public final class MetricsLog implements AutoCloseable {

  /** Lines that no checkpoint keeps are taken out of memory when they have so many bytes. */
  private static final int MOST_IN_MEMORY = 1 << 20;

  private final RunDirectory directory;
  private final Consumer<String> cautions;
  private final int mostInMemory;
  private final Object keeping = new Object();
  private final List<MetricsSegment> segments = new ArrayList<>();
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private long kept;
  private int keepAt;
  private @Nullable HashedFile live;

  private MetricsLog(
      RunDirectory directory,
      List<MetricsSegment> before,
      Consumer<String> cautions,
      int mostInMemory) {
    this.directory = directory;
    this.cautions = cautions;
    this.mostInMemory = mostInMemory;
    this.keepAt = mostInMemory;
    this.segments.addAll(before);
  }

  /**
   * Begins {@code metrics.jsonl} with the lines of the same run's rounds before those to come.
   * Lines that are lost, and a file that cannot be written, are no reason not to go on.
   *
   * @param before what the checkpoint names from which the run goes on; none for a run from the
   *     start
   * @param cautions is told of what was lost or cannot be written
   */
  public static MetricsLog open(
      RunDirectory directory, List<MetricsSegment> before, Consumer<String> cautions)
      throws IOException {
    return open(directory, before, cautions, MOST_IN_MEMORY);
  }

  static MetricsLog open(
      RunDirectory directory,
      List<MetricsSegment> before,
      Consumer<String> cautions,
      int mostInMemory)
      throws IOException {
    MetricsLog log = new MetricsLog(directory, before, cautions, mostInMemory);
    log.dropDamaged();
    try {
      HashedFile file = directory.open(RunDirectory.METRICS);
      log.live = file;
      log.copySegments(0, file.stream());
    } catch (IOException e) {
      log.giveUpLive(e);
    }
    return log;
  }

  /** Adds a line. */
  public synchronized void append(String line) {
    tail.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (live != null) {
      try {
        live.writeLine(line);
      } catch (IOException e) {
        giveUpLive(e);
      }
    }
  }

  /** Bytes appended so far: the moment up to which {@link #keep} keeps. */
  synchronized long position() {
    return kept + tail.size();
  }

  /** The segments that hold all lines but those still in memory. */
  synchronized List<MetricsSegment> segments() {
    return List.copyOf(segments);
  }

  /**
   * Sees to it that all lines until a moment are in segments.
   *
   * @param position that moment
   * @return the segments, in the order of their lines
   */
  List<MetricsSegment> keep(long position) throws IOException {
    synchronized (keeping) {
      byte[] fresh = fresh(position);
      boolean moved = false;
      while (!moved) {
        int first = firstToMerge(fresh.length);
        if (fresh.length == 0 && first == segments.size()) {
          return segments();
        }
        moved = replace(first, fresh);
      }
      return segments();
    }
  }

  /**
   * Keeps what is in memory if it has become much; to be called now and then while no other thread
   * keeps.
   */
  void keepIfMuch() {
    if (position() - kept < keepAt) {
      return;
    }
    try {
      keep(position());
      keepAt = mostInMemory;
    } catch (IOException e) {
      keepAt *= 2;
      cautions.accept("a piece of the metrics stays in memory, as it cannot be written: " + e);
    }
  }

  /**
   * Makes {@code metrics.jsonl} whole at the end of a run, when no other thread keeps any more.
   *
   * @throws IOException if it cannot be written, not even anew
   */
  public void finish() throws IOException {
    synchronized (keeping) {
      closeLive();
      if (directory.files().containsKey(RunDirectory.METRICS)) {
        return;
      }
      dropDamaged();
      byte[] rest = fresh(position());
      directory.write(
          RunDirectory.METRICS,
          out -> {
            copySegments(0, out);
            out.write(rest);
          });
    }
  }

  /** Lets go of {@code metrics.jsonl} as it is. */
  @Override
  public synchronized void close() {
    closeLive();
  }

  private synchronized void closeLive() {
    HashedFile file = live;
    if (file == null) {
      return;
    }
    live = null;
    try {
      file.close();
    } catch (IOException e) {
      cautionOf(e);
    }
  }

  private synchronized byte[] fresh(long position) {
    return Arrays.copyOf(tail.toByteArray(), (int) (position - kept));
  }

  /**
   * The first of the segments that become one with so many new bytes: all that are less than twice
   * as large as what follows them, so that at most the logarithm of all bytes remain.
   */
  private int firstToMerge(long freshBytes) {
    int first = segments.size();
    long bytes = freshBytes;
    while (first > 0 && segments.get(first - 1).bytes() < 2 * bytes) {
      first--;
      bytes += segments.get(first).bytes();
    }
    for (int i = 0; i < first; i++) {
      if (segments.get(i).isInCheckpoint()) {
        return i;
      }
    }
    return first;
  }

  /**
   * Writes one segment in the place of some and of new lines.
   *
   * @return whether that was done; not if one of them is damaged, which then is no more among them
   */
  private boolean replace(int first, byte[] fresh) throws IOException {
    long before = segments.subList(0, first).stream().mapToLong(MetricsSegment::bytes).sum();
    String file = MetricsSegment.newFile(before, ThreadLocalRandom.current().nextInt());
    List<MetricsSegment> made = new ArrayList<>();
    try (HashedFile out =
        new HashedFile(
            directory.fileSystem(),
            directory.path(RunDirectory.CHECKPOINTS + "/" + file),
            summary -> made.add(new MetricsSegment(file, summary.bytes(), summary.sha256())))) {
      copySegments(first, out.stream());
      out.stream().write(fresh);
    } catch (DamagedException e) {
      dropDamaged();
      return false;
    }
    synchronized (this) {
      segments.subList(first, segments.size()).clear();
      segments.addAll(made);
      byte[] all = tail.toByteArray();
      tail.reset();
      tail.write(all, fresh.length, all.length - fresh.length);
      kept += fresh.length;
    }
    return true;
  }

  private void copySegments(int first, OutputStream out) throws IOException {
    for (MetricsSegment segment : segments.subList(first, segments.size())) {
      VerifiedFile.copy(directory, segment.path(), segment.bytes(), segment.sha256(), out);
    }
  }

  private synchronized void dropDamaged() throws IOException {
    for (MetricsSegment segment : List.copyOf(segments)) {
      try {
        VerifiedFile.check(directory, segment.path(), segment.bytes(), segment.sha256());
      } catch (DamagedException e) {
        segments.remove(segment);
        cautions.accept("a piece of the metrics is lost: " + e.getMessage());
      }
    }
  }

  private void giveUpLive(IOException reason) {
    HashedFile file = live;
    live = null;
    if (file != null) {
      file.abandon();
    }
    cautionOf(reason);
  }

  private void cautionOf(IOException reason) {
    cautions.accept(
        RunDirectory.METRICS
            + " cannot be written ("
            + reason.getMessage()
            + "); it is written whole when the run ends");
  }
}
