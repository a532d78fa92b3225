package io.coppice.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.artifact.CorruptFileException;
import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors;
import io.coppice.compact.NetworkCost;
import io.coppice.config.ConfigException;
import io.coppice.config.ConfigJson;
import io.coppice.config.Redaction;
import io.coppice.config.RunConfig;
import io.coppice.exchange.NetworkJson;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.report.EpochReport;
import io.coppice.report.EvidenceReport;
import io.coppice.report.RunSummary;
import io.coppice.report.StructureReport;
import io.coppice.storage.DamagedException;
import io.coppice.storage.ResultFile;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import io.coppice.storage.UnusableCheckpointException;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RunPage} of the files in a run's directory: of one that ended its manifest,
 * metrics, network and structure; of one that did not its metrics and what its last checkpoint says
 * of it. Weights are not read.
 */
public final class RunPageReader {

  private static final String UNKNOWN = "A network";

  private final RunDirectory directory;
  private final StoredRun run;
  private final RunMetrics metrics;
  private final List<String> notes;

  private RunPageReader(RunDirectory directory, boolean goesOn) throws IOException {
    this.directory = directory;
    this.run = new StoredRun(directory);
    this.metrics = RunMetrics.read(run.metrics(), goesOn);
    this.notes = new ArrayList<>(metrics.notes());
  }

  /**
   * Reads a run that ended or is going on.
   *
   * @throws ConfigException if there is no run
   * @throws DamagedException if the manifest of its result is damaged
   */
  public static RunPage read(RunDirectory directory) throws IOException {
    StoredRun run = begun(directory);
    return run.whileItGoesOn(
        () ->
            run.isComplete()
                ? ofResult(directory, directory.manifest())
                : new RunPageReader(directory, true).unfinished());
  }

  /**
   * The run in a directory.
   *
   * @throws ConfigException if there is none
   */
  static StoredRun begun(RunDirectory directory) throws IOException {
    StoredRun run = new StoredRun(directory);
    if (!run.hasBegun()) {
      throw new ConfigException(
          directory.location(),
          List.of("expected a run's manifest, metrics or checkpoints, found none of them"));
    }
    return run;
  }

  /**
   * Reads a run whose result is written, but for the page itself and the manifest.
   *
   * @param manifest what will stand there
   */
  public static RunPage ofResult(RunDirectory directory, JsonNode manifest) throws IOException {
    return new RunPageReader(directory, false).finished(manifest);
  }

  private RunPage finished(JsonNode manifest) throws IOException {
    RunSummary summary = RunSummary.of(manifest);
    RunConfig config = StoredRun.config(manifest);
    JsonNode data = manifest.path("data");
    List<String> classes = new ArrayList<>();
    data.path("classes").forEach(name -> classes.add(name.asText()));
    return page(
        summary.network(),
        config,
        new RunPage.Data(
            data.path("trainImages").asLong(), data.path("testImages").asLong(), classes),
        summary,
        structure(manifest),
        summary.denseFlops(),
        summary.denseParameters());
  }

  /** The network and the final mask; null, with a note, where a file is missing or damaged. */
  private @Nullable NetworkPicture structure(JsonNode manifest) throws IOException {
    if (!StoredRun.names(manifest, ResultFile.NETWORK)) {
      notes.add("The network is not shown: an earlier version of Coppice left no network.json");
      return null;
    }
    try {
      String where = directory.location() + "/" + ResultFile.NETWORK.path();
      Network network =
          NetworkJson.read(
              new String(run.file(manifest, ResultFile.NETWORK), StandardCharsets.UTF_8), where);
      String structure = directory.location() + "/" + ResultFile.STRUCTURE.path();
      Mask mask =
          ModelTensors.mask(
              SafeTensors.read(
                  new ByteArrayInputStream(run.file(manifest, ResultFile.STRUCTURE)), structure),
              network,
              structure);
      return NetworkPicture.of(
          network, IntStream.range(0, mask.groups()).mapToObj(mask::activeCount).toList());
    } catch (DamagedException | CorruptFileException | InvalidNetworkException e) {
      notes.add(
          "The network is not shown: " + Redaction.of("file", String.valueOf(e.getMessage())));
      return null;
    }
  }

  private RunPage unfinished() throws IOException {
    StoredRun.Description description;
    try {
      description = run.description();
    } catch (UnusableCheckpointException e) {
      notes.add(
          "Network and settings are not shown: "
              + Redaction.of("file", String.valueOf(e.getMessage())));
      return page(UNKNOWN, null, null, null, null, 0, 0);
    }
    Network network = description.source().network();
    return page(
        network.name(),
        description.config(),
        new RunPage.Data(null, null, description.source().labels()),
        null,
        NetworkPicture.of(network, keptLast(network)),
        denseCost(NetworkCost.flops(network), network),
        denseCost(NetworkCost.parameters(network), network));
  }

  private static long denseCost(CostModel cost, Network network) {
    return Math.round(cost.cost(Mask.full(network.groupChannels())));
  }

  /** What the last epoch says is kept of every group. */
  private @Nullable List<Integer> keptLast(Network network) {
    List<Integer> kept = null;
    for (EpochReport epoch : metrics.epochs()) {
      StructureReport structure = epoch.structure();
      if (structure != null && structure.kept().size() == network.groups().size()) {
        kept = structure.kept();
      }
    }
    return kept;
  }

  private RunPage page(
      String network,
      @Nullable RunConfig config,
      RunPage.@Nullable Data data,
      @Nullable RunSummary summary,
      @Nullable NetworkPicture structure,
      long denseFlops,
      long denseParameters) {
    EvidenceReport evidence = null;
    for (EpochReport epoch : metrics.epochs()) {
      evidence = epoch.evidence() == null ? evidence : epoch.evidence();
    }
    return new RunPage(
        network,
        directory.name(),
        summary != null,
        config == null ? 0 : config.training().epochs() + config.finish().fineTuneEpochs(),
        data,
        summary,
        RunCurves.of(metrics.rounds(), metrics.epochs()),
        structure,
        evidence,
        config == null ? null : ConfigJson.changes(config),
        denseFlops,
        denseParameters,
        List.copyOf(notes),
        null);
  }
}
