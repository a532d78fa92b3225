package io.coppice.page;

import io.coppice.config.ConfigJson;
import io.coppice.page.Judgement.Pair;
import io.coppice.page.Judgement.Rival;
import io.coppice.page.Panel.Row;
import io.coppice.page.Panel.Table;
import io.coppice.plan.Durations;
import io.coppice.report.BudgetReport;
import io.coppice.report.EvidenceReport;
import io.coppice.report.EvidenceReport.OfGroup;
import io.coppice.report.RunPhase;
import io.coppice.report.RunSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The parts of the page in their order, those without anything to show left out. */
final class Panels {

  private static final String PROBABLE_TENTHS = "Units by the probability that they are kept";

  private final RunPage page;
  private final RunCurves curves;
  private final List<Panel> panels = new ArrayList<>();

  private Panels(RunPage page) {
    this.page = page;
    this.curves = page.curves();
  }

  static List<Panel> of(RunPage page) {
    Panels made = new Panels(page);
    made.addJudgement();
    made.addDrift();
    if (!page.curves().rounds().isEmpty()) {
      made.addLoss();
      made.addAccuracy();
      made.addRemaining();
    }
    made.addNetwork();
    made.addProbabilities();
    if (!page.curves().rounds().isEmpty()) {
      made.addTime();
    }
    made.addEvidence();
    made.addSettings();
    made.addComparison();
    return made.panels;
  }

  private void addJudgement() {
    Judgement judgement = page.judgement();
    if (judgement == null) {
      return;
    }
    Rival rival = judgement.rival();
    String why =
        judgement.why().substring(0, 1).toUpperCase(Locale.ROOT)
            + judgement.why().substring(1)
            + ".";
    if (rival == null) {
      List<Row> rows = new ArrayList<>();
      rows.add(Row.of("This model", Figures.percent(judgement.accuracy())));
      if (judgement.chance() != null) {
        rows.add(Row.of("Always the most frequent class", Figures.percent(judgement.chance())));
      }
      panels.add(
          Panel.ofTable(
              "judgement",
              "Judged as a first model",
              why,
              new Table(
                  "Accuracy on " + Figures.counted(judgement.images(), "image", "images"),
                  List.of("", "Accuracy"),
                  rows)));
      return;
    }
    String other = "Version " + rival.version();
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.of(
            "Accuracy on the same " + Figures.counted(judgement.images(), "image", "images"),
            Figures.percent(judgement.accuracy()),
            Figures.percent(rival.accuracy()),
            ""));
    rows.add(
        Row.of(
            "Images that one alone gets right",
            Figures.count(rival.onlyNewRight()),
            Figures.count(rival.onlyRivalRight()),
            ""));
    rows.add(pair("FLOPs, forward, one image", rival.flops(), Figures::count));
    rows.add(pair("Parameters", rival.parameters(), Figures::count));
    rows.add(
        pair(
            "A shard's training step, as each one's training measured it",
            rival.stepMillis(),
            Panels::millis));
    panels.add(
        Panel.ofChart(
            "judgement",
            "Against version " + rival.version() + ", which was current",
            why,
            new Table(
                "The new model and the current one", List.of("", "New", other, "Share"), rows)));
  }

  private static Row pair(String name, Pair pair, DoubleFunction<String> format) {
    return Row.of(
        name,
        format.apply(pair.candidate()),
        format.apply(pair.current()),
        Figures.percent(pair.candidate() / pair.current()));
  }

  private void addDrift() {
    Rival rival = page.judgement() == null ? null : page.judgement().rival();
    if (rival == null) {
      return;
    }
    panels.add(
        Panel.ofTable(
            "drift",
            "Data of now",
            String.format(
                "Version %d got %s of the images right by which it was promoted, and gets %s of those of now.",
                rival.version(),
                Figures.percent(rival.accuracyThen()),
                Figures.percent(rival.accuracy())),
            new Table(
                "How the training images differ from those of version " + rival.version(),
                List.of("", "Drift"),
                List.of(
                    Row.of(
                        "Images that had to be of another class for all to be as frequent as they were",
                        Figures.percent(rival.classDrift())),
                    Row.of(
                        "Largest change of a channel's mean or deviation, in deviations",
                        String.format(Locale.ROOT, "%.3f", rival.pixelDrift()))))));
  }

  private void addLoss() {
    RoundPoint first = curves.rounds().get(0);
    RoundPoint last = curves.rounds().get(curves.rounds().size() - 1);
    RunSummary summary = page.summary();
    String sentence =
        String.format(
            "The training loss went from %s to %s nats in %s%s.",
            Figures.decimal(first.loss()),
            Figures.decimal(last.loss()),
            Figures.counted(curves.roundsTaken(), "round", "rounds"),
            summary == null || summary.testLoss() == null
                ? ""
                : "; on test images it is " + Figures.decimal(summary.testLoss()));
    List<Row> rows = new ArrayList<>();
    for (RoundPoint point : curves.rounds()) {
      rows.add(
          Row.of(
              rounds(point),
              String.format(Locale.ROOT, "%.2f", point.at()),
              Durations.text(point.elapsedSeconds()),
              Figures.decimal(point.loss()),
              point.probeLoss() == null ? "" : Figures.decimal(point.probeLoss()),
              Figures.percent(point.accuracy())));
    }
    panels.add(
        Panel.ofChart(
            "loss",
            "Loss",
            sentence,
            new Table(
                "Loss and training accuracy by rounds" + thinned(),
                List.of("Rounds", "Epochs", "Time", "Loss, nats", "Probes' loss", "Accuracy"),
                rows)));
  }

  /** Numbers of a point's rounds, those of fine-tuning told apart. */
  private String rounds(RoundPoint point) {
    String phase = isFineTuning(point.at()) ? "fine-tuning " : "";
    long last = point.firstRound() + point.rounds() - 1;
    return phase
        + (point.rounds() == 1
            ? Figures.count(last)
            : Figures.count(point.firstRound()) + " to " + Figures.count(last));
  }

  private boolean isFineTuning(double at) {
    return curves.firstFineTuning() >= 0 && at > curves.firstFineTuning();
  }

  private String thinned() {
    return curves.roundsAPoint() == 1
        ? ""
        : ", means of up to " + Figures.count(curves.roundsAPoint()) + " that follow each other";
  }

  private void addAccuracy() {
    List<Row> rows = new ArrayList<>();
    for (EpochPoint point : curves.epochs()) {
      rows.add(
          Row.of(
              epoch(point),
              Durations.text(point.seconds()),
              Figures.decimal(point.loss()),
              Figures.percent(point.accuracy()),
              Figures.percent(point.heldBackAccuracy()),
              Figures.count(point.imagesPerSecond())));
    }
    String heldBack =
        curves.epochs().stream()
            .max(Comparator.comparingDouble(EpochPoint::heldBackAccuracy))
            .map(
                best ->
                    String.format(
                        "On images held back from the training it gets at most %s right, after epoch %d, and %s after the"
                            + " last one",
                        Figures.percent(best.heldBackAccuracy()),
                        best.at(),
                        Figures.percent(lastEpoch().heldBackAccuracy())))
            .orElse("No epoch has ended yet; the line is the accuracy on training images");
    RunSummary summary = page.summary();
    String test =
        summary == null || summary.testAccuracy() == null
            ? ""
            : String.format(
                "; on %s %s",
                Figures.counted(summary.testImages(), "test image", "test images"),
                Figures.percent(summary.testAccuracy()));
    panels.add(
        Panel.ofChart(
            "accuracy",
            "Accuracy",
            heldBack + test + ".",
            new Table(
                "By epochs" + thinnedEpochs(),
                List.of("Epoch", "Time", "Loss, nats", "Training", "Held back", "Images/s"),
                rows)));
  }

  private String epoch(EpochPoint point) {
    return point.at() + (point.phase() == RunPhase.FINE_TUNE ? " (fine-tuning)" : "");
  }

  private String thinnedEpochs() {
    return curves.epochsAPoint() == 1
        ? ""
        : ", one of " + curves.epochsAPoint() + " and the last one";
  }

  private EpochPoint lastEpoch() {
    return curves.epochs().get(curves.epochs().size() - 1);
  }

  private void addRemaining() {
    RoundPoint last = curves.rounds().get(curves.rounds().size() - 1);
    List<Row> rows = new ArrayList<>();
    for (RoundPoint point : curves.rounds()) {
      rows.add(
          Row.of(
              rounds(point),
              String.format(Locale.ROOT, "%.2f", point.at()),
              Figures.percent(point.flopsRatio()),
              Figures.percent(point.expectedFlopsRatio()),
              Figures.count(point.compactBytes() / Float.BYTES),
              page.denseParameters() == 0 ? "" : Figures.percent(parametersRatio(point))));
    }
    BudgetReport budget = budget();
    StringBuilder sentence = new StringBuilder("The rounds train ");
    sentence
        .append(Figures.percent(last.flopsRatio()))
        .append(" of the dense network's FLOPs and ")
        .append(
            page.denseParameters() == 0
                ? Figures.count(last.compactBytes() / Float.BYTES) + " parameters"
                : Figures.percent(parametersRatio(last)) + " of its parameters");
    if (budget != null) {
      sentence
          .append("; the budget is ")
          .append(budget.limitText())
          .append(", with ")
          .append(budget.keptText());
    }
    panels.add(
        Panel.ofChart(
            "remaining",
            "What remains",
            sentence.append('.').toString(),
            new Table(
                "What the masks of the rounds keep" + thinned(),
                List.of(
                    "Rounds",
                    "Epochs",
                    "FLOPs",
                    "FLOPs by the probabilities",
                    "Parameters",
                    "Share of them"),
                rows)));
  }

  private double parametersRatio(RoundPoint point) {
    return point.compactBytes() / Float.BYTES / page.denseParameters();
  }

  /** What the final network keeps of the budget, or what the last epoch's mask does. */
  private @Nullable BudgetReport budget() {
    RunSummary summary = page.summary();
    if (summary != null) {
      return summary.budget();
    }
    return curves.epochs().isEmpty() ? null : lastEpoch().budget();
  }

  private void addNetwork() {
    NetworkPicture picture = page.structure();
    if (picture == null) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    int all = 0;
    for (NetworkPicture.Group group : picture.groups()) {
      Integer kept = group.kept();
      all += kept == null ? 0 : kept;
      rows.add(
          Row.of(
              group.name(),
              group.isTied() ? String.join(", ", group.layers()) : "",
              Figures.count(group.channels()),
              kept == null ? "" : Figures.count(kept),
              kept == null ? "" : Figures.percent((double) kept / group.channels())));
    }
    boolean known = picture.groups().stream().allMatch(group -> group.kept() != null);
    String sentence =
        String.format(
            "%s in %s%s.%s",
            Figures.counted(picture.layers().size(), "layer", "layers"),
            Figures.counted(
                picture.groups().size(),
                "group of channels that live and die together",
                "groups of channels that live and die together"),
            known
                ? String.format(
                    "; %s of their %s channels are kept%s",
                    Figures.count(all), Figures.count(picture.channels()), extremes(picture))
                : ", of which nothing is removed yet, as no epoch has ended",
            picture.groups().stream().anyMatch(NetworkPicture.Group::isTied)
                ? " Layers that share another colour than blue are tied; pale is what went."
                : "");
    panels.add(
        Panel.ofChart(
            "network",
            "The network",
            sentence,
            new Table(
                "Groups of channels, each named after its first layer",
                List.of("Group", "Layers that are tied in it", "Channels", "Kept", "Share"),
                rows)));
  }

  /** Which groups lost most and least, where they differ. */
  private static String extremes(NetworkPicture picture) {
    Comparator<NetworkPicture.Group> byShare = Comparator.comparingDouble(Panels::share);
    NetworkPicture.Group most = picture.groups().stream().min(byShare).orElse(null);
    NetworkPicture.Group least = picture.groups().stream().max(byShare).orElse(null);
    if (most == null || least == null || share(least) - share(most) < 0.005) {
      return "";
    }
    return String.format(
        ", from %s of %s to %s of %s",
        Figures.percent(share(most)), most.name(), Figures.percent(share(least)), least.name());
  }

  private static double share(NetworkPicture.Group group) {
    return group.kept() == null ? 1 : (double) group.kept() / group.channels();
  }

  private void addProbabilities() {
    List<EpochPoint> known =
        curves.epochs().stream().filter(epoch -> epoch.probabilities() != null).toList();
    if (known.isEmpty()) {
      return;
    }
    EpochPoint first = known.get(0);
    EpochPoint last = known.get(known.size() - 1);
    List<String> head = new ArrayList<>(List.of("Epoch"));
    IntStream.range(0, 10)
        .forEach(tenth -> head.add(tenth * 10 + " to " + (tenth + 1) * 10 + " %"));
    List<Row> rows = new ArrayList<>();
    for (EpochPoint point : known) {
      rows.add(new Row(epoch(point), counts(point).stream().map(Figures::count).toList()));
    }
    panels.add(
        Panel.ofChart(
            "probabilities",
            "How the probabilities polarise",
            String.format(
                "Of %s %s were nearly decided (below 10 %% or from 90 %% on) after epoch %d, %s after epoch %d.",
                Figures.counted(
                    counts(last).stream().mapToInt(Integer::intValue).sum(), "unit", "units"),
                Figures.percent(decided(first)),
                first.at(),
                Figures.percent(decided(last)),
                last.at()),
            new Table(PROBABLE_TENTHS + thinnedEpochs(), head, rows)));
  }

  private static List<Integer> counts(EpochPoint point) {
    return point.probabilities() == null ? List.of() : point.probabilities();
  }

  private static double decided(EpochPoint point) {
    List<Integer> counts = counts(point);
    int all = counts.stream().mapToInt(Integer::intValue).sum();
    return all == 0 ? 0 : (double) (counts.get(0) + counts.get(counts.size() - 1)) / all;
  }

  private void addTime() {
    double seconds = mean(RoundPoint::seconds);
    List<Row> rows = new ArrayList<>();
    for (RoundPoint point : curves.rounds()) {
      rows.add(
          Row.of(
              rounds(point),
              Figures.millis(point.seconds()),
              Figures.millis(point.samplingSeconds()),
              Figures.millis(point.broadcastSeconds()),
              Figures.millis(point.computeSeconds()),
              Figures.millis(point.decodeSeconds()),
              Figures.millis(point.waitSeconds()),
              Figures.millis(point.reduceSeconds()),
              Figures.millis(point.updateSeconds()),
              Figures.millis(point.driverSeconds()),
              Figures.bytes(point.bytesOut()),
              Figures.bytes(point.bytesBack())));
    }
    panels.add(
        Panel.ofChart(
            "time",
            "Where a round's time goes",
            String.format(
                "A round took %s on average, %s of it computing on the executors, of which they waited %s for the slowest;"
                    + " the driver itself worked for %s of it. It sent %s to every executor and got %s back from all.",
                Figures.millis(seconds),
                Figures.percent(mean(RoundPoint::computeSeconds) / seconds),
                Figures.percent(mean(RoundPoint::waitSeconds) / mean(RoundPoint::computeSeconds)),
                Figures.percent(mean(RoundPoint::driverSeconds) / seconds),
                Figures.bytes(mean(RoundPoint::bytesOut)),
                Figures.bytes(mean(RoundPoint::bytesBack))),
            new Table(
                "A round's time and traffic"
                    + thinned()
                    + "; decoding and waiting are parts of computing, the driver's work one of all",
                List.of(
                    "Rounds",
                    "Round",
                    "Drawing masks",
                    "Sending",
                    "Computing",
                    "Decoding",
                    "Waiting",
                    "Spark and results",
                    "Updating",
                    "Driver",
                    "Sent",
                    "Received"),
                rows)));
  }

  /** Mean over all rounds. */
  private double mean(ToDoubleFunction<RoundPoint> figure) {
    double sum = 0;
    for (RoundPoint point : curves.rounds()) {
      sum += point.rounds() * figure.applyAsDouble(point);
    }
    return sum / curves.roundsTaken();
  }

  private void addEvidence() {
    EvidenceReport evidence = page.evidence();
    if (evidence == null) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    for (OfGroup group : evidence.groups()) {
      rows.add(
          Row.of(
              group.group(),
              Figures.decimal(group.loss()),
              Figures.decimal(group.standardError()),
              String.format(Locale.ROOT, "%.1f", group.loss() / group.standardError())));
    }
    Comparator<OfGroup> byLoss = Comparator.comparingDouble(OfGroup::loss);
    OfGroup dearest = evidence.groups().stream().max(byLoss).orElseThrow();
    long significant =
        evidence.groups().stream()
            .filter(group -> Math.abs(group.loss()) > 2 * group.standardError())
            .count();
    panels.add(
        Panel.ofChart(
            "evidence",
            "What groups are worth",
            String.format(
                "Thinning %s adds the most loss, %s ± %s nats; %d of %s differ from nothing by more than two standard"
                    + " errors. The variance of these estimates is %.2f of what VR-PGE, the paper's estimator, would have"
                    + " from as many pairs of masks.",
                dearest.group(),
                Figures.decimal(dearest.loss()),
                Figures.decimal(dearest.standardError()),
                significant,
                Figures.counted(evidence.groups().size(), "group", "groups"),
                evidence.varianceOverPairs()),
            new Table(
                "Loss that a thinner group adds, nats",
                List.of("Group", "Loss", "Standard error", "Their ratio"),
                rows)));
  }

  private void addSettings() {
    List<ConfigJson.Change> settings = page.settings();
    if (settings == null) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    for (ConfigJson.Change setting : settings) {
      rows.add(Row.of(setting.key(), setting.value(), setting.normally(), setting.meaning()));
    }
    panels.add(
        Panel.ofTable(
            "settings",
            "Settings",
            settings.isEmpty()
                ? "All settings are at their defaults."
                : "All other settings are at their defaults.",
            new Table(
                "Settings that differ from their defaults",
                List.of("Setting", "Here", "Default", "Meaning"),
                rows)));
  }

  private void addComparison() {
    RunSummary summary = page.summary();
    if (summary == null) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.of(
            "FLOPs, forward, one image",
            Figures.count(summary.flops()),
            Figures.count(summary.denseFlops()),
            Figures.percent(summary.flopsRatio())));
    rows.add(
        Row.of(
            "Parameters",
            Figures.count(summary.parameters()),
            Figures.count(summary.denseParameters()),
            Figures.percent(summary.parametersRatio())));
    rows.add(
        Row.of(
            "A shard's training step, measured",
            millis(summary.sparseStepMillis()),
            millis(summary.denseStepMillis()),
            Figures.percent(summary.sparseStepMillis() / summary.denseStepMillis())));
    Double probed = summary.probedStepMillis();
    if (probed != null) {
      rows.add(
          Row.of(
              String.format(
                  "The same with a probe, as %s of the steps had",
                  Figures.percent(summary.probedShare())),
              millis(probed),
              millis(summary.denseStepMillis()),
              Figures.percent(probed / summary.denseStepMillis())));
      rows.add(
          Row.of(
              "A step of the training, on average",
              millis(summary.denseStepMillis() / summary.trainingSpeedup()),
              millis(summary.denseStepMillis()),
              Figures.percent(1 / summary.trainingSpeedup())));
    }
    panels.add(
        Panel.ofTable(
            "comparison",
            "Against the dense network",
            String.format(
                "Steps of both were timed in turn on the same cores when the training was over: medians, forward and backward."
                    + " The training saw %s images a second.",
                Figures.count(summary.imagesPerSecond())),
            new Table(
                "The compact network and the dense one",
                List.of("", "Compact", "Dense", "Share"),
                rows)));
  }

  private static String millis(double millis) {
    return Figures.millis(millis / 1e3);
  }
}
