package io.coppice.page;

import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig.Cost;
import io.coppice.network.Network;
import io.coppice.report.BudgetReport;
import io.coppice.report.EpochReport;
import io.coppice.report.EvidenceReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import io.coppice.report.RunSummary;
import io.coppice.report.StructureReport;
import java.util.ArrayList;
import java.util.List;

/** Pages of runs that nobody trained, for what takes long or does not happen. */
final class SamplePages {

  private SamplePages() {}

  static RoundReport round(RunPhase phase, long round, int epoch) {
    double loss = 2.5 / (1 + 0.01 * round);
    return new RoundReport(
        phase,
        round,
        epoch,
        1,
        loss,
        loss + 0.1,
        0.5,
        0.1,
        0.36,
        0.35,
        128,
        0.1,
        0.01,
        0.01,
        0.06,
        0.01,
        0.005,
        0.01,
        0.01,
        0.02,
        1_000_000,
        2_000_000,
        400_000);
  }

  static EpochReport epoch(RunPhase phase, int epoch, Network network) {
    List<EvidenceReport.OfGroup> groups = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    network
        .groups()
        .forEach(
            group -> {
              groups.add(
                  new EvidenceReport.OfGroup(
                      group.name(), 0.01 * Math.sin(group.id()) + 0.01, 0.003));
              kept.add(1 + group.channels() / (2 + group.id() % 3));
            });
    return new EpochReport(
        phase,
        epoch,
        2.5 / (1 + epoch),
        0.5,
        0.6,
        0.36,
        1000,
        10,
        0.5,
        new BudgetReport(Cost.TIME, 30, 40, 100),
        new EvidenceReport(groups, 0.2),
        new StructureReport(kept, List.of(epoch, 1, 1, 1, 1, 1, 1, 1, 1, epoch)));
  }

  static RunSummary summary(String network) {
    return new RunSummary(
        network,
        0.876,
        0.4,
        1000,
        400,
        1000,
        360,
        1000,
        1234,
        50,
        60.0,
        0.25,
        100,
        321,
        new BudgetReport(Cost.TIME, 30, 40, 100));
  }

  /** What became of a model that is a little better than the current one. */
  static Judgement judgement(boolean promoted, String text) {
    return new Judgement(
        promoted,
        promoted ? 4 : 3,
        "promoted or not: " + text,
        1000,
        0.876,
        null,
        new Judgement.Rival(
            3,
            0.87,
            0.88,
            850,
            26,
            20,
            104,
            new Judgement.Pair(380, 360),
            new Judgement.Pair(410, 400),
            new Judgement.Pair(51, 50),
            0.021,
            0.0375));
  }

  /** A long training of a deep network whose names, and all other texts, are given. */
  static RunPage longRun(Network network, int epochs, int roundsPerEpoch, String text) {
    List<RoundReport> rounds = new ArrayList<>();
    List<EpochReport> ends = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int round = 0; round < roundsPerEpoch; round++) {
        rounds.add(round(RunPhase.TRAIN, (long) epoch * roundsPerEpoch + round, epoch));
      }
      ends.add(epoch(RunPhase.TRAIN, epoch, network));
    }
    EpochReport last = ends.get(ends.size() - 1);
    List<Integer> kept = last.structure() == null ? List.of() : last.structure().kept();
    return new RunPage(
        text + network.name(),
        "/data/" + text,
        true,
        epochs,
        new RunPage.Data(1000L, 100L, List.of(text, "dog")),
        summary(text + network.name()),
        RunCurves.of(rounds, ends),
        NetworkPicture.of(network, kept),
        last.evidence(),
        List.of(new ConfigJson.Change("data.path", text, text, text)),
        1000,
        1000,
        List.of("A note: " + text),
        null);
  }
}
