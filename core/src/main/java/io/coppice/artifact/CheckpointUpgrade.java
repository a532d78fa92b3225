package io.coppice.artifact;

import io.coppice.artifact.SafeTensors.Tensor;
import java.util.Map;

/**
 * Brings what a checkpoint of an earlier version holds into the form of {@link
 * CheckpointFiles#VERSION}, so that whoever reads on knows that form alone.
 *
 * <ul>
 *   <li>Version 1 names no version. Its {@code structure.safetensors} has the tensors {@code
 *       probabilities} and {@code moments} whatever the strategy, where there is one also {@code
 *       anchor}, and the scalars stand in {@code state.json}.
 *   <li>Version 2 names version and strategy in {@code state.json}; the strategy's tensors are its
 *       own. One whose mask never changes has none: its mask follows from the configuration, by the
 *       rules of that version.
 *   <li>Version 3 holds that mask.
 * </ul>
 */
final class CheckpointUpgrade {

  private static final String MOMENTS = "moments";
  private static final String ANCHOR = "anchor";

  private CheckpointUpgrade() {}

  /**
   * Upgrades a checkpoint in place.
   *
   * @param tensors of {@code structure.safetensors}
   * @param state of {@code state.json}
   * @param like a state of the strategy that the run uses, which version 1 does not name
   * @param fixedBefore the mask up to version 2, if the strategy's mask never changes
   * @throws CorruptFileException if the version is none that is known
   */
  static void apply(
      Map<String, Tensor> tensors, StateJson state, StrategyState like, Tensor fixedBefore)
      throws CorruptFileException {
    long version =
        state.values().has(CheckpointFiles.VERSION_KEY)
            ? state.wholeNumber(CheckpointFiles.VERSION_KEY)
            : 1;
    if (version < 1 || version > CheckpointFiles.VERSION) {
      throw new CorruptFileException(
          state.file(), 0, "version 1 to " + CheckpointFiles.VERSION, "version " + version);
    }
    if (version == 1) {
      giveStrategyItsOwnTensors(tensors, state, like);
    }
    if (version <= 2 && like.tensors().containsKey(StrategyState.FIXED_MASK)) {
      tensors.put(CheckpointFiles.STRATEGY_PREFIX + StrategyState.FIXED_MASK, fixedBefore);
    }
  }

  private static void giveStrategyItsOwnTensors(
      Map<String, Tensor> tensors, StateJson state, StrategyState like)
      throws CorruptFileException {
    state.values().put(CheckpointFiles.STRATEGY_KEY, like.strategy());
    Tensor updates = Tensor.ofLong(state.wholeNumber("structureUpdates"));
    Tensor anchorChosenAt = Tensor.ofLong(state.wholeNumber("anchorChosenAt"));
    Tensor moments = tensors.get(MOMENTS);
    if (moments != null && moments.data().length == 0) {
      // A fixed mask: its probabilities say what the configuration says, and it has no moments.
      tensors.remove("probabilities");
      tensors.remove(MOMENTS);
    } else {
      tensors.put("updates", updates);
      tensors.put("anchorChosenAt", anchorChosenAt);
      if (!like.tensors().containsKey(ANCHOR)) {
        tensors.remove(ANCHOR);
        tensors.remove("anchorChosenAt");
      }
    }
    for (String name : tensors.keySet().toArray(new String[0])) {
      Tensor tensor = tensors.get(name);
      if (!name.equals(CheckpointFiles.CHOSEN) && tensor != null) {
        tensors.remove(name);
        tensors.put(CheckpointFiles.STRATEGY_PREFIX + name, tensor);
      }
    }
  }
}
