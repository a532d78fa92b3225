package io.coppice.onednn;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;

/** The native library behind the kernels, for whoever wants to know whether it is in order. */
public final class NativeLibrary {

  private NativeLibrary() {}

  /** Version of oneDNN, such as {@code 3.11.0}; loads it. */
  public static String version() {
    KernelContext.instructionSet();
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /**
   * The directory that the native libraries are unpacked to before they are loaded; is made where
   * it is not there.
   *
   * @throws IOException if there is none that can be used
   */
  public static Path directory() throws IOException {
    return Loader.getCacheDir().toPath();
  }

  /** Multiplies two numbers by the library, which compiles a kernel for that. */
  public static float multiply(float a, float b) {
    KernelContext.instructionSet();
    try (FloatPointer first = new FloatPointer(a);
        FloatPointer second = new FloatPointer(b);
        FloatPointer product = new FloatPointer(1)) {
      MatrixProduct.multiply(first, second, product, 1, 1, 1);
      return product.get(0);
    }
  }
}
