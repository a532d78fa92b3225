package io.coppice.spark;

import io.coppice.onednn.NativeBuffer;
import java.io.Serializable;

/**
 * What a JVM that computes for runs holds and does.
 *
 * @param tasksRunning tasks of runs that compute
 * @param imagesHeld images that runs have there
 * @param imageHeapBytes of them on the heap
 * @param imageMappedBytes of them in mapped files
 * @param nativeBytes of the kernels' buffers outside the heap, whoever computes
 */
public record ExecutorLoad(
    int tasksRunning, long imagesHeld, long imageHeapBytes, long imageMappedBytes, long nativeBytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** That of this JVM. */
  public static ExecutorLoad ofThisJvm() {
    ExecutorLoad ofRuns = LiveRuns.ofThisJvm().load();
    return new ExecutorLoad(
        ofRuns.tasksRunning,
        ofRuns.imagesHeld,
        ofRuns.imageHeapBytes,
        ofRuns.imageMappedBytes,
        NativeBuffer.bytesInThisJvm());
  }

  ExecutorLoad plus(ExecutorLoad other) {
    return new ExecutorLoad(
        tasksRunning + other.tasksRunning,
        imagesHeld + other.imagesHeld,
        imageHeapBytes + other.imageHeapBytes,
        imageMappedBytes + other.imageMappedBytes,
        nativeBytes + other.nativeBytes);
  }
}
