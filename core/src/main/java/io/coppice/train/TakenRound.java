package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.RowLayout;
import io.coppice.compact.Slicer;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * A round that was taken, for those who learn from it.
 *
 * @param work what the shards were told, the weights before the round's step among it
 * @param results what each of the shards tells, in their order
 * @param sums gradients and statistics of all shards, added up
 * @param networks the compact networks of the round's masks
 */
public record TakenRound(
    RoundWork work, List<ShardResult> results, StepSums sums, CompactNetworks networks) {

  public TakenRound {
    results = List.copyOf(results);
  }

  /**
   * What the shards were sent of the tensors that some step trained, laid out as the sum of
   * gradients. Pairs of channels that no mask has together were not sent and are 0, as their
   * gradient is.
   */
  public float[] trainedParameters() {
    List<Mask> masks = work.masks().distinct();
    RowLayout sent = networks.parametersOf(masks);
    RowLayout trained = trained().parameters();
    if (sent.equals(trained)) {
      return work.parameters();
    }
    RowLayout box = networks.of(masks.stream().reduce(Mask::union).orElseThrow()).parameters();
    float[] values = new float[box.size()];
    new Slicer(box, sent).scatter(work.parameters(), values);
    return new Slicer(box, trained).gather(values);
  }

  /** The compact network that the sums are laid out as. */
  public CompactNetwork trained() {
    return networks.of(work.masks().trained());
  }
}
