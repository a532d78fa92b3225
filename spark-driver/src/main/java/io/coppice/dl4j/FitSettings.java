package io.coppice.dl4j;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The settings of fits: those that were given, then what the network says of its training, then
 * what Deeplearning4j would do, then Coppice's defaults.
 */
final class FitSettings {

  static final String ORIGIN = "settings of ChannelSparseTrainingMaster";

  /**
   * What a program of Deeplearning4j expects of a fit: its data as they are, its rate, one pass.
   */
  private static final Map<String, String> ELSE =
      Map.of(
          "training.epochs", "1",
          "training.schedule", "constant",
          "training.warmUp", "0.0",
          "finish.fineTuneEpochs", "0",
          "data.crop", "false",
          "data.flip", "false");

  private static final Set<String> OF_DATA =
      Set.of(
          "data.crop", "data.flip", "data.resizedCrop", "data.jitter", "data.erase", "data.mixup");

  private final Map<String, String> given;

  /**
   * @param given by key, as in a configuration file
   * @throws ConfigException naming every wrong key and value, and those that mean nothing here
   */
  FitSettings(Map<String, String> given) {
    this.given = new TreeMap<>(given);
    List<String> foreign =
        this.given.keySet().stream()
            .filter(FitSettings::isForeign)
            .map(
                key ->
                    "'"
                        + key
                        + "' means nothing here: network, weights and data are those that are"
                        + " fitted, and the result goes where output(...) says")
            .toList();
    if (!foreign.isEmpty()) {
      throw new ConfigException(ORIGIN, foreign);
    }
    config(Map.of());
  }

  private static boolean isForeign(String key) {
    return key.startsWith("network.")
        || key.startsWith("data.") && !OF_DATA.contains(key)
        || key.equals("training.from")
        || key.equals("output");
  }

  Set<String> keys() {
    return given.keySet();
  }

  /** The configuration where the network says something, which is passed over if it was given. */
  RunConfig config(Map<String, String> ofNetwork) {
    Map<String, String> known = new HashMap<>(ELSE);
    known.putAll(ofNetwork);
    return ConfigReader.read(ORIGIN, "", known, given, caution -> {});
  }

  /** Keys under an old name. */
  List<String> cautions() {
    List<String> cautions = new ArrayList<>();
    ConfigReader.read(ORIGIN, "", ELSE, given, cautions::add);
    return cautions;
  }

  /**
   * Where settings that were given say something else than the network.
   *
   * @return a line a setting
   */
  List<String> differences(Map<String, String> ofNetwork) {
    List<String> differences = new ArrayList<>();
    ofNetwork.forEach(
        (key, value) -> {
          String set = given.get(key);
          if (set != null && !isSame(set, value)) {
            differences.add(key + " is " + set + " as set, not " + value + " as the network says");
          }
        });
    return differences;
  }

  private static boolean isSame(String one, String other) {
    try {
      return Double.parseDouble(one) == Double.parseDouble(other);
    } catch (NumberFormatException e) {
      return one.trim().equalsIgnoreCase(other);
    }
  }

  /**
   * The settings of the learning rate that follow from an updater.
   *
   * @param updater null where settings were given in place of it
   * @param iteration of the network before the fit
   * @param epoch of the network before the fit
   * @throws ConfigException if no schedule of Coppice's has the same rates
   */
  Map<String, String> rate(@Nullable IUpdater updater, int iteration, int epoch, FitLength length) {
    if (updater == null) {
      return Map.of();
    }
    double[] values = new double[length.trainingRounds()];
    for (int round = 0; round < values.length; round++) {
      values[round] =
          updater.getLearningRate(iteration + round, epoch + round / length.roundsPerEpoch());
    }
    Rate rate = new Rate(values);
    Optional<Map<String, String>> same = rate.settings();
    if (same.isPresent()) {
      return same.get();
    }
    if (given.containsKey(TrainingTerms.LEARNING_RATE)) {
      return Map.of();
    }
    if (given.containsKey(TrainingTerms.SCHEDULE) && values[0] > 0) {
      return Map.of(TrainingTerms.LEARNING_RATE, String.valueOf(values[0]));
    }
    throw new ConfigException(
        "the network to fit",
        List.of(
            "the learning rates of "
                + TrainingTerms.describe(updater)
                + " over the "
                + values.length
                + " iterations of this fit from iteration "
                + iteration
                + ", epoch "
                + epoch
                + " on ("
                + rate.text()
                + ") are those of no training.schedule (constant, linear, step, cosine, one-cycle, with a warm-up in a"
                + " line); change it, or set "
                + TrainingTerms.LEARNING_RATE
                + " and "
                + TrainingTerms.SCHEDULE));
  }
}
