package io.coppice.spark;

import io.coppice.config.RunConfig;
import io.coppice.report.Version;
import java.util.Locale;
import java.util.Map;

/** What a model says of the run that made it. */
final class ModelMetadata {

  private ModelMetadata() {}

  static Map<String, String> of(RunConfig config) {
    return Map.of(
        "version", Version.current(),
        "strategy", config.structure().strategy().name().toLowerCase(Locale.ROOT),
        "budget", String.valueOf(config.structure().budget()));
  }
}
