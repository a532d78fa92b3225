package io.coppice.strategy;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.structure.StructureSpace;
import io.coppice.train.TakenRound;
import java.util.Map;

/**
 * One mask throughout: every step is a forward and a backward pass, and there is nothing to probe.
 */
public final class FixedStrategy extends OneMaskStrategy {

  private final String name;
  private final StructureSpace space;
  private Mask mask;

  /**
   * @param name how the mask came about, such as {@code uniform}
   */
  public FixedStrategy(String name, StructureSpace space, Mask mask) {
    super(space);
    this.name = name;
    this.space = space;
    this.mask = mask;
  }

  @Override
  public RoundMasks masks(long round, int steps) {
    return RoundMasks.repeated(steps, new StepMasks(mask));
  }

  @Override
  public void learn(TakenRound round) {
    // The structure is given.
  }

  @Override
  public Mask presentMask() {
    return mask;
  }

  /** The mask, so that a run keeps its own, however it was chosen. */
  @Override
  public StrategyState state() {
    return new StrategyState(name, Map.of(StrategyState.FIXED_MASK, ModelTensors.mask(mask)));
  }

  @Override
  public void restore(StrategyState state) {
    mask = ModelTensors.mask(state.tensor(StrategyState.FIXED_MASK), space.groupChannels());
  }
}
