package io.coppice.strategy;

import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.List;

/** A strategy that knows one mask at every moment, and no probabilities of others. */
abstract class OneMaskStrategy implements StructureStrategy {

  private final StructureSpace space;

  OneMaskStrategy(StructureSpace space) {
    this.space = space;
  }

  @Override
  public final List<Mask> candidates(int count) {
    return List.of(presentMask());
  }

  /** 1 for the units of the present mask, 0 for the others. */
  @Override
  public final double[] probabilities() {
    return space.indicator(presentMask());
  }

  @Override
  public final boolean learnsProbabilities() {
    return false;
  }
}
