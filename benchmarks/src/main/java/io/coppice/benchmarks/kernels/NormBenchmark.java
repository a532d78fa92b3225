package io.coppice.benchmarks.kernels;

import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.BatchNormKernels;
import io.coppice.onednn.BinaryKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Batch norm with ReLU, and the residual sum with ReLU, of 64 images on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NormBenchmark {

  private static final int BATCH = 64;

  /** Channels, and rows of the image. */
  @Param({"8x32", "16x32", "64x8", "64x32", "512x4"})
  private String shape = "";

  /** How activations lie in memory. */
  @Param({"CHANNELS_LAST", "BLOCKED_16"})
  private ActivationLayout layout = ActivationLayout.CHANNELS_LAST;

  private KernelContext context;
  private BatchNormKernels norm;
  private BinaryKernels sum;
  private NativeBuffer source;
  private NativeBuffer destination;
  private NativeBuffer perChannel;
  private NativeBuffer mean;
  private NativeBuffer variance;
  private NativeBuffer workspace;

  /** Makes the kernels and their tensors. */
  @Setup(Level.Trial)
  public void setUp() {
    int channels = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int rows = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    context = new KernelContext(layout);
    norm =
        BatchNormKernels.of(
            context, new BatchNormKernels.Key(BATCH, channels, rows, rows, true, 1e-5f));
    sum = BinaryKernels.of(context, new BinaryKernels.Key(BATCH, channels, rows, rows));
    source = Tensors.filled(context, BATCH * channels * rows * rows);
    destination = Tensors.filled(context, BATCH * channels * rows * rows);
    perChannel = Tensors.filled(context, channels);
    mean = Tensors.filled(context, channels);
    variance = Tensors.filled(context, channels);
    workspace = context.buffers().acquire(norm.workspaceBytes());
  }

  /** Batch norm of a training step. */
  @Benchmark
  public void normForward() {
    norm.forwardTraining(source, destination, perChannel, perChannel, mean, variance, workspace);
  }

  /** Batch norm of a probe, in place. */
  @Benchmark
  public void normForwardInPlace() {
    norm.forwardBatchStatistics(destination, destination, perChannel, perChannel);
  }

  /** Residual sum with ReLU. */
  @Benchmark
  public void sumRelu() {
    sum.sumRelu(destination, source, destination);
  }

  /** Frees all native memory. */
  @TearDown(Level.Trial)
  public void tearDown() {
    context.close();
  }
}
