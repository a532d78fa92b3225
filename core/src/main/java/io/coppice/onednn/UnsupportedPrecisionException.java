package io.coppice.onednn;

/** A precision that this processor could only emulate, slower than 32-bit floats. */
public final class UnsupportedPrecisionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private UnsupportedPrecisionException(String message) {
    super(message);
  }

  /** Throws unless this processor multiplies numbers of the precision. */
  public static void requireSupported(Precision precision) {
    if (precision == Precision.BFLOAT16 && !KernelContext.hasBfloat16()) {
      throw new UnsupportedPrecisionException(
          "computing in bfloat16 needs a processor that multiplies it (avx512_core_bf16: AMD since Zen 4, Intel since"
              + " Cooper Lake); this one has "
              + KernelContext.instructionSet()
              + ", which would only emulate it");
    }
  }
}
