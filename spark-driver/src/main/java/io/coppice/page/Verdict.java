package io.coppice.page;

import io.coppice.plan.Durations;
import io.coppice.report.RunSummary;
import org.jspecify.annotations.Nullable;

/** What a run came to, or how far it is, in one sentence. */
final class Verdict {

  private Verdict() {}

  static String of(RunPage page) {
    RunSummary summary = page.summary();
    return summary == null
        ? ofUnfinished(page)
        : ofJudgement(page.judgement()) + ofResult(page, summary);
  }

  private static String ofJudgement(@Nullable Judgement judgement) {
    if (judgement == null) {
      return "";
    } else if (judgement.promoted()) {
      return "Promoted, as version " + judgement.version() + ": ";
    }
    return judgement.version() == 0
        ? "Not promoted, and no version is current: "
        : "Not promoted, version " + judgement.version() + " stays: ";
  }

  private static String ofResult(RunPage page, RunSummary summary) {
    StringBuilder text = new StringBuilder(page.network());
    Double accuracy = summary.testAccuracy();
    if (accuracy != null) {
      text.append(" gets ")
          .append(Figures.percent(accuracy))
          .append(" of ")
          .append(Figures.counted(summary.testImages(), "test image", "test images"))
          .append(" right");
    } else {
      text.append(" is trained, and was not tested, as there were no images for that,");
    }
    if (summary.flops() == summary.denseFlops()) {
      text.append(" with all of its channels; ");
    } else {
      text.append(" with ")
          .append(Figures.percent(summary.flopsRatio()))
          .append(" of the dense network's FLOPs and ")
          .append(Figures.percent(summary.parametersRatio()))
          .append(" of its parameters; a training step is ")
          .append(Figures.timesAsFast(summary.measuredSpeedup()));
      if (summary.probedStepMillis() != null) {
        text.append(" (")
            .append(Figures.timesAsFast(summary.trainingSpeedup()))
            .append(" with the training's probes)");
      }
      text.append(", and ");
    }
    return text.append("the training took ")
        .append(Durations.text(page.curves().seconds()))
        .append('.')
        .toString();
  }

  private static String ofUnfinished(RunPage page) {
    RunCurves curves = page.curves();
    if (curves.roundsTaken() == 0) {
      return page.network() + " has not taken a round yet.";
    }
    String taken =
        String.format(
            "%s has taken %s in %s",
            page.network(),
            Figures.counted(curves.roundsTaken(), "round", "rounds"),
            Durations.text(curves.seconds()));
    if (curves.epochs().isEmpty()) {
      RoundPoint last = curves.rounds().get(curves.rounds().size() - 1);
      return taken
          + " and has not ended its first epoch; the training loss is "
          + Figures.decimal(last.loss())
          + " nats.";
    }
    EpochPoint last = curves.epochs().get(curves.epochs().size() - 1);
    return taken
        + " and ended "
        + (page.plannedEpochs() > 0
            ? curves.epochsTaken()
                + " of "
                + Figures.counted(page.plannedEpochs(), "epoch", "epochs")
            : Figures.counted(curves.epochsTaken(), "epoch", "epochs"))
        + ": it gets "
        + Figures.percent(last.heldBackAccuracy())
        + " of the images held back right with "
        + Figures.percent(last.flopsRatio())
        + " of the dense network's FLOPs"
        + remaining(page, last)
        + ".";
  }

  private static String remaining(RunPage page, EpochPoint last) {
    int epochs = page.plannedEpochs() - last.at();
    return epochs > 0 && last.seconds() > 0
        ? "; at this pace the epochs to come take about "
            + Durations.text(last.seconds() / last.at() * epochs)
        : "";
  }
}
