package io.coppice.storage;

import java.util.Arrays;
import java.util.Optional;

/**
 * The files of a result, each of which its manifest describes. A new one takes a line here, and
 * belongs to results from a new version of {@link Schema#RESULT} on, so that older results stay
 * whole without it.
 */
public enum ResultFile {
  METRICS(RunDirectory.METRICS, 1),
  DL4J_MODEL("model/compact.zip", 1),
  ONNX_MODEL("model/compact.onnx", 2),
  COMPACT_MODEL("model/compact.safetensors", 1),
  DENSE_WEIGHTS("model/dense.safetensors", 1),
  STRUCTURE("model/structure.safetensors", 1),
  NETWORK(RunDirectory.NETWORK, 2),
  /** Made of the others; a result without it is whole. */
  REPORT(RunDirectory.REPORT);

  private final String path;
  private final int since;

  /** One that no result needs. */
  ResultFile(String path) {
    this(path, Integer.MAX_VALUE);
  }

  ResultFile(String path, int since) {
    this.path = path;
    this.since = since;
  }

  /** Its path in the run's directory. */
  public String path() {
    return path;
  }

  /** The file at a path; empty if no result has it. */
  static Optional<ResultFile> of(String path) {
    return Arrays.stream(values()).filter(file -> file.path.equals(path)).findFirst();
  }

  /** Whether every result of a version of the schema has it. */
  boolean belongsTo(int schema) {
    return since <= schema;
  }
}
