package io.coppice.benchmarks.contest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** The machine's own limit: a step multiplies large square matrices, one product a core. */
public final class MatrixProductContestant implements Contestant {

  private static final int SIZE = 1536;
  private static final byte PLAIN = 'N';

  private record Matrices(FloatPointer a, FloatPointer b, FloatPointer c) {}

  private final List<Matrices> ofThreads = new ArrayList<>();
  private final ExecutorService threads;

  private MatrixProductContestant(Job job) {
    threads = Executors.newFixedThreadPool(job.shards());
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 17 - 8) / 8f;
    }
    for (int shard = 0; shard < job.shards(); shard++) {
      ofThreads.add(
          new Matrices(
              new FloatPointer(values), new FloatPointer(values), new FloatPointer(values)));
    }
  }

  /** The child process. */
  public static void main(String[] arguments) throws IOException {
    ContestantServer.serve(arguments, MatrixProductContestant::new);
    System.exit(0);
  }

  @Override
  public double loss() {
    return Double.NaN;
  }

  @Override
  public StepFigures step() {
    List<Future<?>> pending = new ArrayList<>();
    for (Matrices matrices : ofThreads) {
      pending.add(threads.submit(() -> multiply(matrices)));
    }
    try {
      for (Future<?> future : pending) {
        future.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a product failed", e);
    }
    return StepFigures.dense(0);
  }

  private static void multiply(Matrices matrices) {
    int status =
        dnnl.dnnl_sgemm(
            PLAIN,
            PLAIN,
            SIZE,
            SIZE,
            SIZE,
            1f,
            matrices.a(),
            SIZE,
            matrices.b(),
            SIZE,
            0f,
            matrices.c(),
            SIZE);
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN refused a matrix product: status " + status);
    }
  }

  @Override
  public Map<String, Double> totals() {
    return Map.of("flopsPerStep", 2.0 * SIZE * SIZE * SIZE * ofThreads.size());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
