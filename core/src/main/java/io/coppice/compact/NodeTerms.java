package io.coppice.compact;

import io.coppice.network.ChannelSpan;
import io.coppice.network.Node;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.List;

/** Terms of a cost that a node has for each of its channels, or of those that it reads. */
public final class NodeTerms {

  private NodeTerms() {}

  /** So much for each channel of a node. */
  public static List<Term> perChannel(Node node, double coefficient) {
    List<Term> terms = new ArrayList<>();
    for (ChannelSpan span : node.spans()) {
      terms.add(new Term(coefficient * factor(span), group(span), CostModel.NONE));
    }
    return terms;
  }

  /** So much for each pair of a channel of one node and one of another. */
  public static List<Term> perPair(Node node, Node other, double coefficient) {
    List<Term> terms = new ArrayList<>();
    for (ChannelSpan span : node.spans()) {
      for (ChannelSpan otherSpan : other.spans()) {
        terms.add(
            new Term(
                coefficient * factor(span) * factor(otherSpan), group(span), group(otherSpan)));
      }
    }
    return terms;
  }

  private static int factor(ChannelSpan span) {
    return span.isFixed() ? span.channels() : span.repeats();
  }

  private static int group(ChannelSpan span) {
    return span.isFixed() ? CostModel.NONE : span.group();
  }
}
