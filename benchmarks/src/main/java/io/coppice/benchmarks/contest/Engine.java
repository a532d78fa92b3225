package io.coppice.benchmarks.contest;

import io.coppice.compact.CompactNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Engines that can be put in a run: where each lives, and how its JVM is started. */
public enum Engine {
  COPPICE("io.coppice.benchmarks.contest.CoppiceContestant", true),
  MACHINE_PEAK("io.coppice.benchmarks.contest.MatrixProductContestant", true),
  PYTORCH("io.coppice.benchmarks.pytorch.PyTorchContestant", false),
  DL4J("io.coppice.benchmarks.dl4j.Dl4jContestant", false),
  DL4J_SPARK("io.coppice.benchmarks.dl4j.Dl4jSparkContestant", false);

  /** Set by the start script: class path of everything but PyTorch. */
  private static final String CLASS_PATH = "java.class.path";

  /** Set by the start script: PyTorch's class path. */
  private static final String PYTORCH_CLASS_PATH = "coppice.benchmarks.pytorch";

  /** Set by the start script: options that Spark needs. */
  private static final String SPARK_OPTIONS = "coppice.benchmarks.spark.options";

  private static final int BASE_HEAP_MIB = 256;

  private final String mainClass;
  private final boolean threadPerShard;

  Engine(String mainClass, boolean threadPerShard) {
    this.mainClass = mainClass;
    this.threadPerShard = threadPerShard;
  }

  /** Starts the engine on a job, with as many threads as the job has shards. */
  public ContestantProcess start(String name, Job job) throws IOException {
    List<String> options = new ArrayList<>();
    if (this == DL4J_SPARK) {
      options.addAll(List.of(System.getProperty(SPARK_OPTIONS, "").trim().split("\\s+")));
    }
    options.add("-Xmx" + heapMiB(job) + "m");
    // Tensors live outside the heap, whose size JavaCPP would otherwise take for their limit.
    options.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    String classPath = System.getProperty(this == PYTORCH ? PYTORCH_CLASS_PATH : CLASS_PATH, "");
    return new ContestantProcess(
        name, classPath, mainClass, threadPerShard ? 1 : job.shards(), options, job);
  }

  /**
   * Heap for the JVM: Deeplearning4j's graphs want much; Coppice keeps weights and velocity there,
   * what it sends in a round, and every shard's gradient; PyTorch nothing.
   */
  private int heapMiB(Job job) {
    return switch (this) {
      case DL4J, DL4J_SPARK -> 4096;
      case COPPICE -> {
        long parameters = CompactNetwork.dense(job.toNetwork()).parameters().size();
        yield BASE_HEAP_MIB + (int) (parameters * Float.BYTES * (4 + job.shards()) >> 20);
      }
      case PYTORCH, MACHINE_PEAK -> BASE_HEAP_MIB;
    };
  }
}
