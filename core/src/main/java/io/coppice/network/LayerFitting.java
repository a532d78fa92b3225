package io.coppice.network;

import java.util.ArrayList;
import java.util.List;

/**
 * What a layer makes of what it reads: its shape, and whose channels it gives.
 *
 * <p>Throws {@link InvalidNetworkException} where it does not fit.
 */
final class LayerFitting implements Layer.Visitor<LayerDraft> {
  private final String layerName;
  private final int node;
  private final List<Integer> inputs;
  private final List<LayerDraft> drafts;
  private final ChannelTies ties;

  /**
   * @param node index that the layer gets
   * @param inputs indices of what it reads
   * @param drafts the layers before it
   * @param ties where the sums are noted
   */
  LayerFitting(
      String layerName, int node, List<Integer> inputs, List<LayerDraft> drafts, ChannelTies ties) {
    this.layerName = layerName;
    this.node = node;
    this.inputs = inputs;
    this.drafts = drafts;
    this.ties = ties;
  }

  private LayerDraft draft(Layer layer, Shape shape, List<LayerDraft.OpenSpan> spans) {
    return new LayerDraft(layerName, layer, inputs, shape, spans);
  }

  private LayerDraft ofOwnChannels(Layer layer, Shape shape) {
    return draft(layer, shape, List.of(new LayerDraft.OpenSpan(node, shape.channels(), 1)));
  }

  private LayerDraft passingOn(Layer layer, Shape shape) {
    return draft(layer, shape, only().spans());
  }

  private LayerDraft only() {
    requireInputs(1);
    return drafts.get(inputs.get(0));
  }

  private void requireInputs(int count) {
    if (inputs.size() != count) {
      throw new InvalidNetworkException(
          layerName + ": reads " + inputs.size() + " layers, expected " + count);
    }
  }

  private Shape seenBy(Window window, int channels) {
    Shape in = only().shape();
    int height = window.outputHeight(in.height());
    int width = window.outputWidth(in.width());
    if (height < 1 || width < 1) {
      throw new InvalidNetworkException(
          layerName + ": a window of " + window + " does not fit a tensor of " + in);
    }
    return new Shape(channels, height, width);
  }

  @Override
  public LayerDraft visit(Layer.Input input) {
    if (node != 0) {
      throw new InvalidNetworkException(layerName + ": a network has one input");
    }
    requireInputs(0);
    return ofOwnChannels(input, input.shape());
  }

  @Override
  public LayerDraft visit(Layer.Convolution convolution) {
    return ofOwnChannels(convolution, seenBy(convolution.window(), convolution.outputs()));
  }

  @Override
  public LayerDraft visit(Layer.DepthwiseConvolution convolution) {
    int multiplier = convolution.multiplier();
    long channels = (long) only().shape().channels() * multiplier;
    if (channels > Integer.MAX_VALUE) {
      throw new InvalidNetworkException(layerName + ": gives too many channels, " + channels);
    }
    List<LayerDraft.OpenSpan> spans =
        only().spans().stream()
            .map(s -> new LayerDraft.OpenSpan(s.origin(), s.members(), s.repeats() * multiplier))
            .toList();
    return draft(convolution, seenBy(convolution.window(), (int) channels), spans);
  }

  @Override
  public LayerDraft visit(Layer.BatchNorm norm) {
    return passingOn(norm, only().shape());
  }

  @Override
  public LayerDraft visit(Layer.Activation activation) {
    return passingOn(activation, only().shape());
  }

  @Override
  public LayerDraft visit(Layer.Pool pool) {
    return passingOn(pool, seenBy(pool.window(), only().shape().channels()));
  }

  @Override
  public LayerDraft visit(Layer.GlobalPool pool) {
    return passingOn(pool, new Shape(only().shape().channels(), 1, 1));
  }

  @Override
  public LayerDraft visit(Layer.Sum sum) {
    requireInputs(2);
    LayerDraft left = drafts.get(inputs.get(0));
    LayerDraft right = drafts.get(inputs.get(1));
    if (!left.shape().equals(right.shape())) {
      throw new InvalidNetworkException(
          layerName
              + ": a sum needs two tensors of one shape, found "
              + left.shape()
              + " and "
              + right.shape());
    }
    if (!composition(left).equals(composition(right))) {
      throw new InvalidNetworkException(
          layerName
              + ": a sum ties channel to channel, so both sides must be merged of equal parts, found "
              + composition(left)
              + " of "
              + left.name()
              + " and "
              + composition(right)
              + " of "
              + right.name()
              + "; put a 1x1 convolution behind the merge");
    }
    for (int i = 0; i < left.spans().size(); i++) {
      ties.tie(left.spans().get(i).origin(), right.spans().get(i).origin());
    }
    return draft(sum, left.shape(), left.spans());
  }

  private List<String> composition(LayerDraft draft) {
    return draft.spans().stream()
        .map(span -> span.members() + (span.repeats() == 1 ? "" : "*" + span.repeats()))
        .toList();
  }

  @Override
  public LayerDraft visit(Layer.Merge merge) {
    if (inputs.size() < 2) {
      throw new InvalidNetworkException(
          layerName + ": a merge reads at least 2 layers, found " + inputs.size());
    }
    Shape first = drafts.get(inputs.get(0)).shape();
    List<LayerDraft.OpenSpan> spans = new ArrayList<>();
    long channels = 0;
    for (int input : inputs) {
      LayerDraft part = drafts.get(input);
      if (part.shape().height() != first.height() || part.shape().width() != first.width()) {
        throw new InvalidNetworkException(
            layerName
                + ": a merge needs tensors of as many rows and columns, found "
                + first
                + " and "
                + part.shape());
      }
      spans.addAll(part.spans());
      channels += part.shape().channels();
    }
    if (channels > Integer.MAX_VALUE) {
      throw new InvalidNetworkException(layerName + ": gives too many channels, " + channels);
    }
    return draft(merge, new Shape((int) channels, first.height(), first.width()), spans);
  }

  @Override
  public LayerDraft visit(Layer.ZeroPadding padding) {
    Shape in = only().shape();
    return passingOn(
        padding,
        new Shape(
            in.channels(),
            extended(in.height(), padding.top(), padding.bottom()),
            extended(in.width(), padding.left(), padding.right())));
  }

  private int extended(int side, int before, int after) {
    return (int) Math.min(Integer.MAX_VALUE, (long) side + before + after);
  }

  @Override
  public LayerDraft visit(Layer.Dropout dropout) {
    return passingOn(dropout, only().shape());
  }

  @Override
  public LayerDraft visit(Layer.Linear linear) {
    requireInputs(1);
    return ofOwnChannels(linear, new Shape(linear.outputs(), 1, 1));
  }
}
