package io.coppice.spark;

import io.coppice.structure.Mask;
import io.coppice.train.Evaluation;
import java.util.Arrays;
import java.util.List;

/** Shows that what tasks are sent and reply arrives as it left. */
public final class KryoRoundTrip {

  private static final int[] GROUPS = {70, 8};

  private KryoRoundTrip() {}

  /** A task's work and reply, packed here. */
  public static byte[] packed() {
    Mask mask = Mask.builder(GROUPS).activate(0, 60, 8).build();
    CandidateWork work = new CandidateWork(List.of(mask, mask), new float[] {1, -0.5f}, 5, 6);
    return new Packing()
        .pack(
            new Object[] {
              work, new TaskReply(new Evaluation(1.5, 2, 3), "worker", "executor_host_1", "avx2")
            });
  }

  /**
   * Unpacks and packs again, as another JVM does.
   *
   * @return the same bytes, if both JVMs have the same classes
   */
  public static byte[] again(byte[] packed) {
    Packing packing = new Packing();
    return packing.pack(packing.unpack(packed));
  }

  /** Whether something came back as it left. */
  public static boolean isSame(byte[] left, byte[] cameBack) {
    return Arrays.equals(left, cameBack);
  }
}
