package io.coppice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.page.Judgement;
import io.coppice.page.PageHtml;
import io.coppice.page.RunPage;
import io.coppice.page.RunPageReader;
import io.coppice.registry.HistoryEntry.Action;
import io.coppice.storage.RunDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The page of a retraining: that of its run, with what became of its model. */
public final class NightPage {

  private NightPage() {}

  /**
   * Reads what it shows: of its run as long as that is kept, else of the version that it became.
   *
   * @param decision the entry of the history that says what it came to
   * @throws ConfigException if neither is there any more
   */
  public static RunPage read(Registry registry, HistoryEntry decision) throws IOException {
    return RunPageReader.read(directory(registry, decision)).judged(judgement(decision));
  }

  private static RunDirectory directory(Registry registry, HistoryEntry decision)
      throws IOException {
    RunDirectory run = registry.run(decision.run());
    if (run.isComplete()) {
      return run;
    }
    if (decision.action() == Action.PROMOTED
        && registry.directory(decision.current()).isComplete()) {
      return registry.directory(decision.current());
    }
    throw new ConfigException(
        registry.location(),
        List.of(
            "the run of "
                + decision.run()
                + " was removed, and its model was not promoted or was removed too; the page that was made then is "
                + registry.page(decision.run())));
  }

  /** The page as HTML. */
  static byte[] html(Registry registry, HistoryEntry decision) throws IOException {
    ByteArrayOutputStream html = new ByteArrayOutputStream();
    PageHtml.write(read(registry, decision), html);
    return html.toByteArray();
  }

  private static Judgement judgement(HistoryEntry decision) {
    ObjectNode figures = decision.figures();
    return new Judgement(
        decision.action() == Action.PROMOTED,
        decision.current(),
        decision.why(),
        figures.path("images").asLong(),
        figures.path("candidateAccuracy").asDouble(),
        figures.has("chance") ? (Double) figures.path("chance").asDouble() : null,
        rival(figures).orElse(null));
  }

  /** None where there was none, or where an earlier version of Coppice noted less of it. */
  private static Optional<Judgement.Rival> rival(ObjectNode figures) {
    if (!figures.has("currentVersion")) {
      return Optional.empty();
    }
    JsonNode drift = figures.path("drift");
    return Optional.of(
        new Judgement.Rival(
            figures.path("currentVersion").asInt(),
            figures.path("currentAccuracy").asDouble(),
            drift.path("accuracyThen").asDouble(),
            figures.path("bothRight").asLong(),
            figures.path("onlyCandidateRight").asLong(),
            figures.path("onlyCurrentRight").asLong(),
            figures.path("neitherRight").asLong(),
            pair(figures.path("flops")),
            pair(figures.path("parameters")),
            pair(figures.path("stepMillis")),
            drift.path("classes").asDouble(),
            drift.path("pixels").asDouble()));
  }

  private static Judgement.Pair pair(JsonNode both) {
    return new Judgement.Pair(both.path("current").asDouble(), both.path("candidate").asDouble());
  }
}
