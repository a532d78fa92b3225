package io.coppice.spark;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig;
import io.coppice.exchange.NetworkJson;
import io.coppice.network.Network;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RoundTimes;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import io.coppice.structure.CostModel;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * What rounds were timed to take in the run that {@code structure.times} names. Read before there
 * are images; the network, which depends on them, has to be that run's.
 */
final class TimesSource {

  private static final String KEY = "structure.times";

  /** Settings on which the time of a round depends, beside network and mask. */
  private static final List<String> DECISIVE =
      List.of(
          "training.batchSize",
          "training.precision",
          "distribution.shards",
          "distribution.localSteps",
          "distribution.threadsPerTask",
          "distribution.wire");

  private final ConfiguredFile file;
  private final RoundTimes times;

  private TimesSource(ConfiguredFile file, RoundTimes times) {
    this.file = file;
    this.times = times;
  }

  /** Whether a configuration names one. */
  static boolean isIn(RunConfig config) {
    return !config.structure().times().isEmpty();
  }

  /**
   * Reads what a configuration names.
   *
   * @param hadoop for its file system
   * @throws io.coppice.config.ConfigException if there is no run, or one that timed nothing
   * @throws io.coppice.storage.UnusableCheckpointException if it is a run without a checkpoint
   * @throws IOException if it cannot be read
   */
  static TimesSource of(RunConfig config, Configuration hadoop) throws IOException {
    ConfiguredFile file = new ConfiguredFile(KEY, config.structure().times());
    if (!file.isDirectory(hadoop)) {
      throw file.refused(file.path() + " is a file; name the directory of a run");
    }
    try (RunDirectory directory = RunDirectory.open(file.path(), hadoop)) {
      return new TimesSource(
          file,
          new StoredRun(directory)
              .roundTimes()
              .orElseThrow(
                  () ->
                      file.refused(
                          "the run in "
                              + file.path()
                              + " has no times; name one that was trained with structure.cost time")));
    } catch (OutputInUseException e) {
      throw file.refused(file.path() + " is a directory, but no run's; name that of a run");
    }
  }

  /**
   * Milliseconds of a round.
   *
   * @throws io.coppice.config.ConfigException if the network is another one
   */
  CostModel of(Network network) {
    if (!NetworkJson.sha256(times.network()).equals(NetworkJson.sha256(network))) {
      throw file.refused(
          "the times in "
              + file.path()
              + " are of another network ("
              + times.network().name()
              + ", images of "
              + times.network().inputShape()
              + ", "
              + times.network().classes()
              + " classes) than this run's ("
              + network.name()
              + ", "
              + network.inputShape()
              + ", "
              + network.classes()
              + " classes); time this one: leave '"
              + KEY
              + "' out");
    }
    return times.millis();
  }

  /** SHA-256 of the times, in hexadecimal. */
  String sha256() {
    return times.sha256();
  }

  /** What a person should know of it: settings on which times depend, and which differ. */
  List<String> cautions(RunConfig config) {
    JsonNode there = ConfigJson.of(times.config());
    JsonNode here = ConfigJson.of(config);
    List<String> differences =
        DECISIVE.stream()
            .filter(key -> !setting(there, key).equals(setting(here, key)))
            .map(key -> key + " " + setting(there, key) + " there, " + setting(here, key) + " here")
            .toList();
    return differences.isEmpty()
        ? List.of()
        : List.of(
            "rounds were timed in "
                + file.path()
                + " with other settings, so that the budget is one of their times: "
                + String.join(", ", differences));
  }

  private static String setting(JsonNode config, String key) {
    return config.at("/" + key.replace('.', '/')).asText();
  }
}
