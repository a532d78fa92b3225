package io.coppice.train;

import io.coppice.artifact.StructureValues;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.Collections;
import java.util.List;

/**
 * One mask throughout: every step is a forward and a backward pass, and there is nothing to probe.
 */
public final class FixedStructure implements StructureLearner {

  private final StructureSpace space;
  private final Mask mask;

  public FixedStructure(StructureSpace space, Mask mask) {
    this.space = space;
    this.mask = mask;
  }

  @Override
  public List<MaskPair> pairs(long round, int steps) {
    return Collections.nCopies(steps, new MaskPair(mask, null));
  }

  @Override
  public void learn(RoundWork work, List<ShardResult> results) {
    // The structure is given.
  }

  @Override
  public Mask mostProbable() {
    return mask;
  }

  @Override
  public List<Mask> candidates(int count) {
    return List.of(mask);
  }

  @Override
  public double[] probabilities() {
    double[] probabilities = new double[space.units()];
    for (int unit = 0; unit < probabilities.length; unit++) {
      probabilities[unit] = space.isActive(mask, unit) ? 1 : 0;
    }
    return probabilities;
  }

  @Override
  public StructureValues values() {
    return new StructureValues(probabilities(), new double[0], 0, null, 0);
  }

  @Override
  public void restore(StructureValues values) {
    // The structure is given.
  }
}
