package io.coppice.onednn;

import com.sun.jna.Library;
import com.sun.jna.Native;

/**
 * How many threads the kernels that a thread calls use, from {@link #ofThisThread} until {@code
 * close}, which sets what was before. oneDNN asks OpenMP's runtime, which knows a number for every
 * calling thread; no environment variable has a say.
 */
public final class KernelThreads implements AutoCloseable {

  /** GNU's runtime of OpenMP, which oneDNN's library is linked with. */
  private static final String RUNTIME = "libgomp.so.1";

  private final int before;

  private KernelThreads(int before) {
    this.before = before;
  }

  /** The functions of OpenMP's runtime. */
  interface OpenMp extends Library {
    void omp_set_num_threads(int threads);

    int omp_get_max_threads();
  }

  /** The runtime as the first one to ask finds it. */
  private static final class Runtime {
    private static final OpenMp INSTANCE = load();

    private static OpenMp load() {
      // With oneDNN comes its copy of the runtime; loading by the bare name finds that copy, and
      // never one of the system.
      KernelContext.instructionSet();
      return Native.load(RUNTIME, OpenMp.class);
    }
  }

  /**
   * Sets the number of threads for this Java thread's kernels.
   *
   * @param threads at least 1
   */
  public static KernelThreads ofThisThread(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("kernels need at least 1 thread, found " + threads);
    }
    KernelThreads setting = new KernelThreads(current());
    Runtime.INSTANCE.omp_set_num_threads(threads);
    return setting;
  }

  /** The number of threads that this Java thread's kernels use. */
  public static int current() {
    return Runtime.INSTANCE.omp_get_max_threads();
  }

  @Override
  public void close() {
    Runtime.INSTANCE.omp_set_num_threads(before);
  }
}
