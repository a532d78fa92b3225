package io.coppice.page;

import io.coppice.export.ProtoMessage;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import io.coppice.report.StructureReport;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's course as a file of TensorBoard's events: scalars of every round and of every epoch, and
 * a histogram of the units' probabilities by epoch where they are learned. It is made of the run's
 * metrics alone, so each round is there once, whatever the run lived through; a run that went on
 * has what it had before at the same place in the file.
 *
 * <p>Steps are rounds taken, those of fine-tuning after those of the training. Metrics do not tell
 * when a round was, so the wall time is that of rounds and of judging masks since the run's start.
 *
 * @see <a href="https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto">its
 *     messages, event.proto and summary.proto</a>
 */
public final class TensorBoardEvents {

  private static final String VERSION = "brain.Event:2";

  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int STATUS = 1;
  private static final int SESSION_STARTS = 1;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int HISTOGRAM = 5;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private TensorBoardEvents() {}

  /**
   * The file of a run that ended or is going on.
   *
   * @throws io.coppice.config.ConfigException if there is no run
   */
  public static byte[] of(RunDirectory directory) throws IOException {
    StoredRun run = RunPageReader.begun(directory);
    return run.whileItGoesOn(
        () -> {
          RunMetrics metrics = RunMetrics.read(run.metrics(), !run.isComplete());
          return of(metrics.rounds(), metrics.epochs());
        });
  }

  static byte[] of(List<RoundReport> rounds, List<EpochReport> epochs) {
    TensorBoardEvents events = new TensorBoardEvents();
    events.add(new ProtoMessage().text(FILE_VERSION, VERSION));
    // Whoever has read more of another file forgets it from here on.
    events.add(
        new ProtoMessage().message(SESSION_LOG, new ProtoMessage().number(STATUS, SESSION_STARTS)));
    events.addAll(rounds, epochs);
    return events.file.toByteArray();
  }

  private void addAll(List<RoundReport> rounds, List<EpochReport> epochs) {
    Map<RunPhase, Map<Integer, EpochReport>> ended = new HashMap<>();
    epochs.forEach(
        epoch ->
            ended
                .computeIfAbsent(epoch.phase(), phase -> new HashMap<>())
                .put(epoch.epoch(), epoch));
    double seconds = 0;
    long training = 0;
    for (int i = 0; i < rounds.size(); i++) {
      RoundReport round = rounds.get(i);
      seconds += round.seconds();
      long step = round.round() + 1;
      if (round.phase() == RunPhase.TRAIN) {
        training = step;
      } else {
        step += training;
      }
      add(seconds, step, ofRound(round));
      RoundReport next = i + 1 < rounds.size() ? rounds.get(i + 1) : null;
      if (next == null || next.phase() != round.phase() || next.epoch() != round.epoch()) {
        EpochReport epoch = ended.getOrDefault(round.phase(), Map.of()).get(round.epoch());
        if (epoch != null) {
          seconds += epoch.judgingSeconds();
          add(seconds, step, ofEpoch(epoch));
        }
      }
    }
  }

  private static ProtoMessage ofRound(RoundReport round) {
    ProtoMessage summary = new ProtoMessage();
    scalar(summary, "round/loss", round.loss());
    Double probeLoss = round.probeLoss();
    if (probeLoss != null) {
      scalar(summary, "round/probeLoss", probeLoss);
    }
    scalar(summary, "round/accuracy", round.accuracy());
    scalar(summary, "round/learningRate", round.learningRate());
    scalar(summary, "round/flopsShare", round.flopsRatio());
    scalar(summary, "round/imagesPerSecond", round.imagesPerSecond());
    scalar(summary, "round/seconds", round.seconds());
    return summary;
  }

  private static ProtoMessage ofEpoch(EpochReport epoch) {
    ProtoMessage summary = new ProtoMessage();
    scalar(summary, "epoch/loss", epoch.loss());
    scalar(summary, "epoch/accuracy", epoch.accuracy());
    scalar(summary, "epoch/heldBackAccuracy", epoch.heldBackAccuracy());
    scalar(summary, "epoch/flopsShare", epoch.flopsRatio());
    scalar(summary, "epoch/imagesPerSecond", epoch.imagesPerSecond());
    StructureReport structure = epoch.structure();
    if (structure != null) {
      scalar(summary, "epoch/channels", structure.channels());
      histogram(summary, structure.probabilities());
    }
    return summary;
  }

  private static void scalar(ProtoMessage summary, String tag, double value) {
    summary.message(VALUE, new ProtoMessage().text(TAG, tag).oneOf(SIMPLE_VALUE, (float) value));
  }

  /**
   * Probabilities are known by the tenth of [0, 1] that they lie in; each counts as that tenth's
   * middle.
   */
  private static void histogram(ProtoMessage summary, @Nullable List<Integer> counts) {
    if (counts == null) {
      return;
    }
    int parts = counts.size();
    double[] limits = new double[parts];
    double[] buckets = new double[parts];
    double sum = 0;
    double squares = 0;
    double all = 0;
    for (int i = 0; i < parts; i++) {
      double middle = (i + 0.5) / parts;
      limits[i] = (i + 1.0) / parts;
      buckets[i] = counts.get(i);
      all += buckets[i];
      sum += middle * buckets[i];
      squares += middle * middle * buckets[i];
    }
    summary.message(
        VALUE,
        new ProtoMessage()
            .text(TAG, "epoch/probabilities")
            .message(
                HISTOGRAM,
                new ProtoMessage()
                    .real(1, 0.0)
                    .real(2, 1.0)
                    .real(3, all)
                    .real(4, sum)
                    .real(5, squares)
                    .packed(6, limits)
                    .packed(7, buckets)));
  }

  private void add(double seconds, long step, ProtoMessage summary) {
    add(new ProtoMessage().real(WALL_TIME, seconds).number(STEP, step).message(SUMMARY, summary));
  }

  private void add(ProtoMessage event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      event.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TfRecord.write(bytes.toByteArray(), file);
  }
}
