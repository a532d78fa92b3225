package io.coppice.benchmarks.kernels;

import io.coppice.network.Window;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.ConvolutionKernels;
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

/**
 * 3x3 convolutions of 64 images on one thread: layers of ResNet-20 and VGG-16, whole and sparse.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {

  private static final int BATCH = 64;
  private static final int KERNEL = 3;

  /** Channels in and out, and rows of the image. */
  @Param({"8x32", "16x32", "32x16", "64x8", "64x32", "128x16", "256x8", "512x4", "512x2", "152x4"})
  private String shape = "";

  /** How activations lie in memory. */
  @Param({"CHANNELS_LAST", "BLOCKED_16"})
  private ActivationLayout layout = ActivationLayout.CHANNELS_LAST;

  private KernelContext context;
  private ConvolutionKernels kernels;
  private NativeBuffer source;
  private NativeBuffer destination;
  private NativeBuffer weights;

  /** Makes the kernels and their tensors. */
  @Setup(Level.Trial)
  public void setUp() {
    int channels = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int rows = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    context = new KernelContext(layout);
    kernels =
        ConvolutionKernels.of(
            context,
            new ConvolutionKernels.Key(
                BATCH,
                channels,
                channels,
                1,
                rows,
                rows,
                Window.square(KERNEL, 1, KERNEL / 2),
                false));
    source = Tensors.filled(context, BATCH * channels * rows * rows);
    destination = Tensors.filled(context, BATCH * channels * rows * rows);
    weights = Tensors.filled(context, channels * channels * KERNEL * KERNEL);
  }

  /** Source and weights to destination. */
  @Benchmark
  public void forward() {
    kernels.forward(source, weights, destination);
  }

  /** Gradient of the source. */
  @Benchmark
  public void backwardData() {
    kernels.backwardData(destination, weights, source);
  }

  /** Gradient of the weights. */
  @Benchmark
  public void backwardWeights() {
    kernels.backwardWeights(source, destination, weights);
  }

  /** Frees all native memory. */
  @TearDown(Level.Trial)
  public void tearDown() {
    context.close();
  }
}
