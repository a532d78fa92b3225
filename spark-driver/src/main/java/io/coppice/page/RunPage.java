package io.coppice.page;

import io.coppice.config.ConfigJson;
import io.coppice.report.EvidenceReport;
import io.coppice.report.RunSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a run's page shows, as figures.
 *
 * @param network its name; "a network" where it is not known yet
 * @param directory name of the run's directory, without what it lies in, so that a copy of it makes
 *     the same page
 * @param ended whether the run ended
 * @param plannedEpochs epochs that the run is to have in all; 0 where that is not known yet
 * @param data what the run learned from; null where that is not known yet
 * @param summary what it came to; null while it goes on
 * @param curves its course
 * @param structure the network, and what is kept of it; null where that is not known yet
 * @param evidence what was known last of the groups' worth; null where nothing is
 * @param settings that are not at their defaults; null where they are not known yet
 * @param denseFlops of the dense network, forward, one image; 0 where it is not known yet
 * @param denseParameters of it, likewise
 * @param notes what a reader should know besides
 * @param judgement what became of its model; null where nobody judged it
 */
public record RunPage(
    String network,
    String directory,
    boolean ended,
    int plannedEpochs,
    @Nullable Data data,
    @Nullable RunSummary summary,
    RunCurves curves,
    @Nullable NetworkPicture structure,
    @Nullable EvidenceReport evidence,
    @Nullable List<ConfigJson.Change> settings,
    long denseFlops,
    long denseParameters,
    List<String> notes,
    @Nullable Judgement judgement) {

  /**
   * What a run learned from.
   *
   * @param trainImages images to learn from, those held back among them; null while the run goes on
   * @param testImages images to test by; null likewise
   * @param classes their names
   */
  public record Data(@Nullable Long trainImages, @Nullable Long testImages, List<String> classes) {}

  /** The same with what became of its model. */
  public RunPage judged(Judgement made) {
    return new RunPage(
        network,
        directory,
        ended,
        plannedEpochs,
        data,
        summary,
        curves,
        structure,
        evidence,
        settings,
        denseFlops,
        denseParameters,
        notes,
        made);
  }
}
