package io.coppice.storage;

import io.coppice.config.RunConfig.CheckpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints by a thread of its own, one at a time: while one is written no other is due,
 * so that never more than one copy of the weights waits. For one thread at a time.
 */
public final class AsyncCheckpoints implements Checkpoints, AutoCloseable {

  private final CheckpointStore store;
  private final RunOwner owner;
  private final MetricsLog metrics;
  private final CheckpointConfig config;
  private final Watcher watcher;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "coppice-checkpoint"));
  private @Nullable Future<Void> pending;
  private int failuresInARow;
  private long lastNumber;
  private long lastNanos = System.nanoTime();

  /** Is told how checkpoints fared, also by the thread that writes them. */
  public interface Watcher {

    /**
     * One was written.
     *
     * @param number of its rounds
     * @param seconds that it took
     */
    void written(long number, double seconds);

    /**
     * One could not be written.
     *
     * @param number of its rounds
     * @param problem what happened, and what it means
     */
    void failed(long number, String problem);
  }

  /**
   * @param owner is asked before every commit
   * @param metrics whose lines until a checkpoint are kept with it
   * @param firstNumber rounds taken before this process
   * @param watcher is told of every checkpoint
   */
  public AsyncCheckpoints(
      CheckpointStore store,
      RunOwner owner,
      MetricsLog metrics,
      CheckpointConfig config,
      long firstNumber,
      Watcher watcher) {
    this.store = store;
    this.owner = owner;
    this.metrics = metrics;
    this.config = config;
    this.lastNumber = firstNumber;
    this.watcher = watcher;
  }

  @Override
  public boolean isDue(long number) throws IOException {
    if (pending != null) {
      if (!pending.isDone()) {
        return false;
      }
      finish();
    }
    metrics.keepIfMuch();
    boolean byRounds = config.everyRounds() > 0 && number - lastNumber >= config.everyRounds();
    boolean byTime =
        config.everySeconds() > 0
            && System.nanoTime() - lastNanos >= config.everySeconds() * 1_000_000_000L;
    return byRounds || byTime;
  }

  @Override
  public void save(Checkpoint checkpoint) throws IOException {
    finish();
    lastNumber = checkpoint.number();
    lastNanos = System.nanoTime();
    long position = metrics.position();
    pending =
        writer.submit(
            () -> {
              write(checkpoint, position);
              return null;
            });
  }

  @Override
  public void saveNow(Checkpoint checkpoint) throws IOException {
    finish();
    lastNumber = checkpoint.number();
    lastNanos = System.nanoTime();
    write(checkpoint, metrics.position());
  }

  @Override
  public Optional<Checkpoint> last() throws IOException {
    finish();
    return store.latest().checkpoint();
  }

  private void write(Checkpoint checkpoint, long position) throws IOException {
    long start = System.nanoTime();
    owner.requireOwned();
    CheckpointName written = store.write(checkpoint, metrics.keep(position));
    owner.requireOwned();
    store.prune(written, config.keep(), metrics.segments());
    watcher.written(checkpoint.number(), (System.nanoTime() - start) / 1e9);
  }

  /** Waits for the checkpoint that is being written, and takes note of how it went. */
  private void finish() throws IOException {
    if (pending == null) {
      return;
    }
    Future<Void> done = pending;
    pending = null;
    try {
      done.get();
      failuresInARow = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a checkpoint was written", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutputInUseException taken) {
        throw taken;
      }
      failuresInARow++;
      String message =
          "the checkpoint of round "
              + lastNumber
              + " could not be written ("
              + e.getCause()
              + "); the ones before it are untouched";
      if (failuresInARow > config.toleratedFailures()) {
        throw new IOException(
            message + ". This is failure " + failuresInARow + " in a row: the run ends", e);
      }
      watcher.failed(lastNumber, message);
    }
  }

  /** Waits for what is being written. */
  @Override
  public void close() {
    try {
      finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.shutdown();
    }
  }
}
