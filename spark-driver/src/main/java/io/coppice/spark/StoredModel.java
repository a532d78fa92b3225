package io.coppice.spark;

import io.coppice.artifact.TrainingState;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.config.RunConfig;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.report.Version;
import io.coppice.storage.Checkpoint;
import io.coppice.storage.CheckpointStore;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import io.coppice.storage.UnusableCheckpointException;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.train.TrainingStart;
import java.io.IOException;
import java.util.List;

/**
 * The model that a run's directory holds: the result of a run that ended, or what its last
 * checkpoint would come to if training ended there. Needs neither Spark nor the run's data; so the
 * statistics of a checkpoint's batch norms are those that training moved along, which are estimated
 * anew only when a run chooses its final mask.
 *
 * @param model the model
 * @param config the settings of its run that decide on the result
 * @param origin where it is from, for a person
 * @param passedOver newer checkpoints that are not whole, and why
 */
public record StoredModel(
    CompactModel model, RunConfig config, String origin, List<String> passedOver) {

  /**
   * Reads it.
   *
   * @throws UnusableCheckpointException if the run has no model yet, or one of another version
   * @throws IOException if it is damaged or cannot be read
   */
  public static StoredModel read(RunDirectory directory) throws IOException {
    StoredRun run = new StoredRun(directory);
    return run.whileItGoesOn(
        () ->
            run.isComplete()
                ? new StoredModel(run.result(), run.config(), "the run's result", List.of())
                : ofLastCheckpoint(directory, run.description()));
  }

  private static StoredModel ofLastCheckpoint(RunDirectory directory, StoredRun.Description run)
      throws IOException {
    Network network = run.source().network();
    RunCost cost = cost(run);
    // The present mask depends on what was learned and on the final budget, not on the rounds.
    StructureStrategy strategy =
        Strategies.of(
            run.config(),
            network,
            cost,
            1,
            () -> TrainingStart.drawn(network, run.config().training().seed()));
    CheckpointStore store =
        new CheckpointStore(
            directory,
            run.identity(),
            run.source(),
            strategy.state(),
            Strategies.fixedBefore(run.config(), network, cost, strategy),
            Version.current());
    CheckpointStore.Found found = store.latest();
    Checkpoint checkpoint =
        found
            .checkpoint()
            .orElseThrow(
                () ->
                    new UnusableCheckpointException(
                        directory.location() + ": the run has no model", found.passedOver()));
    TrainingState state = checkpoint.state();
    Mask chosen = state.chosen();
    if (chosen == null) {
      strategy.restore(state.structure());
      chosen = strategy.presentMask();
    }
    CompactNetwork dense = CompactNetwork.dense(network);
    CompactNetwork compact = CompactNetwork.of(network, chosen);
    return new StoredModel(
        new CompactModel(
            compact,
            new Slicer(dense.parameters(), compact.parameters()).gather(state.model().result()),
            new Slicer(dense.statistics(), compact.statistics()).gather(state.model().statistics()),
            run.source().normalisation(),
            run.source().labels(),
            ModelMetadata.of(run.config())),
        run.config(),
        String.format("the checkpoint after %,d rounds", checkpoint.number()),
        found.passedOver());
  }

  private static RunCost cost(StoredRun.Description run) {
    Network network = run.source().network();
    CostModel roundTime = run.source().roundTime();
    return roundTime == null
        ? RunCost.of(run.config(), network)
        : RunCost.exact(roundTime, run.config().structure(), network);
  }
}
