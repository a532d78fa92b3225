package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import java.util.List;

/** Where the tensors of one or several masks lie in one flat array, by rows of output channels. */
public interface RowLayout {

  /** Number of values of all tensors. */
  int size();

  /** The rows of every tensor, in order. */
  List<Rows> rows();

  /** The rows of the tensor of a node and kind. */
  Rows rows(int node, Kind kind);
}
