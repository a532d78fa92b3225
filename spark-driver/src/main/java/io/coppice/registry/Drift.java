package io.coppice.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig.RetrainConfig;
import io.coppice.shards.DataSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the images of now differ from those that the current model was trained on.
 *
 * @param classes total variation distance of the training images' class frequencies: the share that
 *     had to change their class for them to be the same
 * @param pixels largest change of a channel's mean or deviation, over its deviation then
 * @param accuracyThen of the current model, when it was promoted
 * @param accuracyNow of the current model, on the test images of now
 */
record Drift(double classes, double pixels, double accuracyThen, double accuracyNow) {

  /**
   * What it comes to.
   *
   * @param accuracyNow of the current model, on the test images of now
   */
  static Drift of(ModelVersion current, DataSummary now, double accuracyNow) {
    return new Drift(
        classes(current.ofClass(), now.train().ofClass()),
        pixels(current, now),
        current.accuracy(),
        accuracyNow);
  }

  private static double classes(List<Long> then, List<Long> now) {
    double allThen = then.stream().mapToLong(Long::longValue).sum();
    double allNow = now.stream().mapToLong(Long::longValue).sum();
    double distance = 0;
    for (int label = 0; label < now.size(); label++) {
      double before = label < then.size() ? then.get(label) / allThen : 0;
      distance += Math.abs(now.get(label) / allNow - before) / 2;
    }
    return distance;
  }

  private static double pixels(ModelVersion current, DataSummary now) {
    double[] mean = current.pixelMean();
    double[] deviation = current.pixelDeviation();
    double largest = 0;
    for (int channel = 0; channel < mean.length; channel++) {
      double shift = Math.abs(now.normalisation().mean()[channel] - mean[channel]);
      double stretch = Math.abs(now.normalisation().deviation()[channel] - deviation[channel]);
      largest = Math.max(largest, Math.max(shift, stretch) / deviation[channel]);
    }
    return largest;
  }

  /** What a person should look at. */
  List<String> cautions(RetrainConfig rule) {
    List<String> cautions = new ArrayList<>();
    if (classes > rule.classDrift()) {
      cautions.add(
          text(
              "the classes are not as frequent as they were: %.1f %% of the training images had to be of another class,"
                  + " more than %s %% (retrain.classDrift)",
              100 * classes, Verdict.shown(100 * rule.classDrift())));
    }
    if (pixels > rule.pixelDrift()) {
      cautions.add(
          text(
              "the pixels are not as they were: mean or deviation of a channel changed by %.3f of its deviation, more"
                  + " than %s (retrain.pixelDrift)",
              pixels, Verdict.shown(rule.pixelDrift())));
    }
    if (accuracyThen - accuracyNow > rule.accuracyDrift()) {
      cautions.add(
          text(
              "the current model has lost accuracy: %.2f %% when it was promoted, %.2f %% on the test images of now, more"
                  + " than %s points less (retrain.accuracyDrift)",
              100 * accuracyThen, 100 * accuracyNow, Verdict.shown(100 * rule.accuracyDrift())));
    }
    return cautions;
  }

  ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("classes", classes);
    json.put("pixels", pixels);
    json.put("accuracyThen", accuracyThen);
    json.put("accuracyNow", accuracyNow);
    return json;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
