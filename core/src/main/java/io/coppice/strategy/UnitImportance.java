package io.coppice.strategy;

import io.coppice.compact.ChannelImportance;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.network.Network;
import io.coppice.structure.StructureSpace;
import io.coppice.train.TrainingStart;

/** How important units are before the first round. */
public final class UnitImportance {

  private UnitImportance() {}

  /**
   * {@link ChannelImportance#magnitude} of the weights that a training starts from; units of which
   * it knows no channel are worth nothing.
   *
   * @return one value a unit
   */
  public static double[] magnitude(StructureSpace space, Network network, TrainingStart start) {
    CompactNetwork dense = CompactNetwork.dense(network);
    CompactNetwork known = CompactNetwork.of(network, start.known());
    float[] parameters =
        new Slicer(dense.parameters(), known.parameters()).gather(start.values().parameters());
    return ChannelImportance.ofUnits(
        space, new ChannelImportance(network).magnitude(known.parameters(), parameters));
  }
}
