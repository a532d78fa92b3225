package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Window;
import io.coppice.onednn.KernelContext;

/** Makes the computation of a node for minibatches of a fixed size. */
final class NodeOperations implements Layer.Visitor<NodeOperation> {

  private final KernelContext context;
  private final Network network;
  private final Node node;
  private final int batch;

  private NodeOperations(KernelContext context, Network network, Node node, int batch) {
    this.context = context;
    this.network = network;
    this.node = node;
    this.batch = batch;
  }

  static NodeOperation of(KernelContext context, Network network, Node node, int batch) {
    return node.layer().accept(new NodeOperations(context, network, node, batch));
  }

  private Node source() {
    return network.node(node.input());
  }

  @Override
  public NodeOperation visit(Layer.Input input) {
    return new InputOperation(context, node, batch);
  }

  @Override
  public NodeOperation visit(Layer.Convolution convolution) {
    return new ConvolutionOperation(
        context, source(), node, convolution.window(), false, convolution.bias(), batch);
  }

  @Override
  public NodeOperation visit(Layer.DepthwiseConvolution convolution) {
    return new ConvolutionOperation(
        context, source(), node, convolution.window(), true, convolution.bias(), batch);
  }

  @Override
  public NodeOperation visit(Layer.BatchNorm norm) {
    return new BatchNormOperation(context, node, norm, batch);
  }

  @Override
  public NodeOperation visit(Layer.Activation activation) {
    return new ActivationOperation(context, node, activation.function(), batch);
  }

  @Override
  public NodeOperation visit(Layer.Pool pool) {
    return new PoolOperation(context, source().shape(), node, pool.kind(), pool.window(), batch);
  }

  @Override
  public NodeOperation visit(Layer.GlobalPool pool) {
    Layer.Pool.Kind kind =
        switch (pool.kind()) {
          case MAXIMUM -> Layer.Pool.Kind.MAXIMUM;
          case MEAN -> Layer.Pool.Kind.MEAN;
        };
    Window whole = Window.whole(source().shape());
    return new PoolOperation(context, source().shape(), node, kind, whole, batch);
  }

  @Override
  public NodeOperation visit(Layer.Sum sum) {
    return new SumOperation(context, node, sum, batch);
  }

  @Override
  public NodeOperation visit(Layer.Merge merge) {
    return new MergeOperation(context, network, node, batch);
  }

  @Override
  public NodeOperation visit(Layer.ZeroPadding padding) {
    return new ZeroPaddingOperation(context, source(), node, padding, batch);
  }

  @Override
  public NodeOperation visit(Layer.Dropout dropout) {
    return new DropoutOperation(context, node, dropout, batch);
  }

  @Override
  public NodeOperation visit(Layer.Linear linear) {
    return new LinearOperation(context, source(), node, linear, batch);
  }
}
