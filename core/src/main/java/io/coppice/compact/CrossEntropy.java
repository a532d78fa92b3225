package io.coppice.compact;

import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.LogSoftmaxKernels;
import io.coppice.onednn.NativeBuffer;
import java.util.Arrays;

/**
 * The mean cross-entropy of a minibatch's logits, and its gradient. Logits are plain {@code (batch,
 * classes)} where a linear layer gives them; from any other layer they have added channels like all
 * activations.
 */
final class CrossEntropy {

  private final KernelContext context;
  private final int node;
  private final int classes;
  private final int batch;

  /**
   * @param node index of the layer that gives the logits
   */
  CrossEntropy(KernelContext context, int node, int classes, int batch) {
    this.context = context;
    this.node = node;
    this.classes = classes;
    this.batch = batch;
  }

  /** The loss of the first {@code count} images. */
  BatchResult forward(StepTensors tensors, Targets targets, int count) {
    NativeBuffer logProbabilities = logProbabilities(tensors);
    BatchResult result = score(logProbabilities, targets, count);
    context.buffers().release(logProbabilities);
    return result;
  }

  /** The loss of all images; contributes the gradient of the logits. */
  BatchResult forwardBackward(StepTensors tensors, GradientTensors gradients, Targets targets) {
    NativeBuffer logProbabilities = logProbabilities(tensors);
    BatchResult result = score(logProbabilities, targets, batch);
    gradients.contribute(node, storedGradient(tensors, plainGradient(logProbabilities, targets)));
    context.buffers().release(logProbabilities);
    return result;
  }

  /** The logits without added channels. */
  float[] logits(StepTensors tensors) {
    float[] stored = new float[batch * tensors.stored(node)];
    tensors.output(node).read(tensors.precision(node), stored, stored.length);
    if (tensors.stored(node) == classes) {
      return stored;
    }
    float[] values = new float[batch * classes];
    forEachLogit(tensors, (plain, place) -> values[plain] = stored[place]);
    return values;
  }

  private LogSoftmaxKernels kernels() {
    return LogSoftmaxKernels.of(context, new LogSoftmaxKernels.Key(batch, classes));
  }

  private NativeBuffer logProbabilities(StepTensors tensors) {
    NativeBuffer logProbabilities = context.buffers().acquireFloats((long) batch * classes);
    if (tensors.areLogits(node)) {
      kernels().forward(tensors.output(node), logProbabilities);
      return logProbabilities;
    }
    NativeBuffer plain = buffer(logits(tensors));
    kernels().forward(plain, logProbabilities);
    context.buffers().release(plain);
    return logProbabilities;
  }

  private BatchResult score(NativeBuffer logProbabilities, Targets targets, int count) {
    float[] values = new float[batch * classes];
    logProbabilities.read(0, values, 0, values.length);
    double loss = 0;
    int correct = 0;
    for (int image = 0; image < count; image++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (values[image * classes + c] > values[image * classes + best]) {
          best = c;
        }
      }
      int label = targets.labels()[image];
      loss -= targets.first() * values[image * classes + label];
      if (targets.second() > 0) {
        loss -= targets.second() * values[image * classes + targets.others()[image]];
      }
      if (targets.smoothing() > 0) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          sum += values[image * classes + c];
        }
        loss -= targets.smoothing() / classes * sum;
      }
      correct += best == label ? 1 : 0;
    }
    return new BatchResult(loss / count, correct);
  }

  private NativeBuffer plainGradient(NativeBuffer logProbabilities, Targets targets) {
    float[] shares = new float[batch * classes];
    if (targets.smoothing() > 0) {
      Arrays.fill(shares, -targets.smoothing() / classes / batch);
    }
    for (int image = 0; image < batch; image++) {
      shares[image * classes + targets.labels()[image]] -= targets.first() / batch;
      if (targets.second() > 0) {
        shares[image * classes + targets.others()[image]] -= targets.second() / batch;
      }
    }
    NativeBuffer logProbabilitiesGradient = buffer(shares);
    NativeBuffer gradient = context.buffers().acquireFloats(shares.length);
    kernels().backward(logProbabilities, logProbabilitiesGradient, gradient);
    context.buffers().release(logProbabilitiesGradient);
    return gradient;
  }

  private NativeBuffer storedGradient(StepTensors tensors, NativeBuffer plain) {
    if (tensors.areLogits(node)) {
      return plain;
    }
    float[] values = new float[batch * classes];
    plain.read(0, values, 0, values.length);
    context.buffers().release(plain);
    float[] stored = new float[batch * tensors.stored(node)];
    forEachLogit(tensors, (from, place) -> stored[place] = values[from]);
    NativeBuffer gradient = tensors.acquireLike(node, batch);
    gradient.write(tensors.precision(node), stored, stored.length);
    return gradient;
  }

  private NativeBuffer buffer(float[] values) {
    NativeBuffer buffer = context.buffers().acquireFloats(values.length);
    buffer.write(values, 0, values.length);
    return buffer;
  }

  private interface LogitMove {
    void move(int plain, int stored);
  }

  private void forEachLogit(StepTensors tensors, LogitMove move) {
    StoredChannels storage = tensors.storage(node);
    for (int image = 0; image < batch; image++) {
      for (int c = 0; c < classes; c++) {
        move.move(image * classes + c, image * storage.stored() + storage.place(c));
      }
    }
  }
}
