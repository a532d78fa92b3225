package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.onednn.BufferPool;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of the node outputs during one backward pass. A buffer may be the gradient of
 * several nodes at once (a sum hands its own to both sides); it is overwritten only by its single
 * holder.
 */
final class GradientTensors {

  private static final class Shared {
    final NativeBuffer buffer;
    int holders = 1;

    Shared(NativeBuffer buffer) {
      this.buffer = buffer;
    }
  }

  private final KernelContext context;
  private final Network network;
  private final StepTensors tensors;
  private final int batch;
  private final float[] parameters;
  private final boolean[] wanted;
  private final @Nullable Shared[] gradients;

  /**
   * @param wanted for each node whether anything is trained in it or before it
   * @param parameters receives the gradient of the trained tensors, laid out as the compact
   *     network's; all 0 at first
   */
  GradientTensors(
      KernelContext context,
      Network network,
      StepTensors tensors,
      int batch,
      boolean[] wanted,
      float[] parameters) {
    this.context = context;
    this.network = network;
    this.tensors = tensors;
    this.batch = batch;
    this.wanted = wanted;
    this.parameters = parameters;
    this.gradients = new Shared[network.nodes().size()];
  }

  float[] parameters() {
    return parameters;
  }

  /** Whether the gradient of a node's output leads to anything that is trained. */
  boolean wants(int node) {
    return wanted[node];
  }

  /** Whether anything was contributed to a node's output. */
  boolean has(int node) {
    return gradients[node] != null;
  }

  /** The complete gradient of a node's output; to be read only. */
  NativeBuffer of(int node) {
    return shared(node).buffer;
  }

  /** A new buffer as large as a node's output. */
  NativeBuffer acquire(int node) {
    return tensors.acquireLike(node, batch);
  }

  /**
   * A buffer to write a result of the same shape into: the node's own gradient where nobody else
   * holds it (the node gives it up), else a new one.
   */
  NativeBuffer takeOrAcquire(int node) {
    Shared own = shared(node);
    if (own.holders > 1) {
      return acquire(node);
    }
    own.holders = 0;
    return own.buffer;
  }

  /** Adds a gradient to a node's output; the buffer belongs to this object from now on. */
  void contribute(int node, NativeBuffer gradient) {
    contribute(node, new Shared(gradient));
  }

  /**
   * Adds one gradient to the outputs of two nodes; the buffer belongs to this object from now on.
   */
  void contributeToBoth(int left, int right, NativeBuffer gradient) {
    Shared shared = new Shared(gradient);
    shared.holders = 2;
    contribute(left, shared);
    contribute(right, shared);
  }

  /** Adds a node's own gradient to the outputs of two nodes. */
  void passToBoth(int node, int left, int right) {
    Shared shared = shared(node);
    shared.holders += 2;
    contribute(left, shared);
    contribute(right, shared);
  }

  /** Lets go of a node's gradient once it was handed on. */
  void release(int node) {
    Shared own = gradients[node];
    if (own != null) {
      gradients[node] = null;
      if (own.holders > 0) {
        drop(own);
      }
    }
  }

  private void contribute(int node, Shared addend) {
    if (!wanted[node]) {
      drop(addend);
      return;
    }
    Shared present = gradients[node];
    if (present == null) {
      gradients[node] = addend;
      return;
    }
    Shared target =
        present.holders == 1 ? present : addend.holders == 1 ? addend : new Shared(acquire(node));
    SumOperation.kernels(context, tensors, network.node(node), batch)
        .sum(
            target == addend ? addend.buffer : present.buffer,
            target == addend ? present.buffer : addend.buffer,
            target.buffer);
    if (target != present) {
      drop(present);
    }
    if (target != addend) {
      drop(addend);
    }
    gradients[node] = target;
  }

  private void drop(Shared shared) {
    shared.holders--;
    if (shared.holders == 0) {
      pool().release(shared.buffer);
    }
  }

  private Shared shared(int node) {
    Shared shared = gradients[node];
    if (shared == null) {
      throw new IllegalStateException(network.node(node).name() + " has no gradient");
    }
    return shared;
  }

  private BufferPool pool() {
    return context.buffers();
  }
}
