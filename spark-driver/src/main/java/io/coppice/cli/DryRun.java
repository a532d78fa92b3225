package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigJson;
import io.coppice.config.ConfigJson.Change;
import io.coppice.config.RunConfig;
import io.coppice.plan.RoundSpeeds;
import io.coppice.spark.ExecutorsAtHand;
import io.coppice.spark.RunPreview;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/** What {@code --dry-run} tells of a run: that of validate and of plan, and how it would begin. */
final class DryRun {

  private final RunConfig config;
  private final RunPreview preview;
  private final RunForecast forecast;

  /**
   * @param config as it was given
   * @param spark that would train
   */
  DryRun(RunConfig config, RunPreview preview, JavaSparkContext spark) {
    this.config = config;
    this.preview = preview;
    this.forecast =
        RunForecast.of(
            preview.setup(),
            ExecutorsAtHand.describe(spark, preview.setup()),
            RoundSpeeds.MEASURED,
            spark.isLocal());
  }

  /**
   * For a person.
   *
   * @param directory that the run would be kept in
   */
  String text(String directory) {
    List<String> lines = new ArrayList<>();
    lines.add("Nothing is started and nothing written: the images were read once, as by validate.");
    lines.add(
        switch (preview.beginning()) {
          case BEGINS -> "This run would begin in " + directory;
          case GOES_ON ->
              String.format(
                  Locale.ROOT,
                  "This run would go on from the checkpoint after %,d rounds in %s",
                  preview.roundsTaken(),
                  directory);
          case COMPLETE -> "This very run is complete already: " + directory;
        });
    lines.add("");
    List<Change> changes = ConfigJson.changes(config);
    lines.add(
        changes.isEmpty() ? "All settings are at their defaults" : "Settings, and their defaults");
    for (Change change : changes) {
      lines.add(
          String.format(
              Locale.ROOT, "  %-36s %s (%s)", change.key(), change.value(), change.normally()));
    }
    lines.add("");
    lines.add(ValidationText.of(preview.setup()));
    lines.add("");
    lines.add(PlanText.cost(forecast));
    String lack = forecast.lackOfMemory();
    if (!lack.isEmpty()) {
      lines.add("Caution: " + lack);
    }
    return String.join("\n", lines);
  }

  /**
   * For machines.
   *
   * @param directory that the run would be kept in
   */
  ObjectNode toJson(String directory) {
    ObjectNode object = JsonOption.JSON.createObjectNode();
    object.put("dryRun", true);
    object.put("directory", directory);
    object.put("beginning", preview.beginning().label());
    object.put("roundsTaken", preview.roundsTaken());
    ArrayNode changes = object.putArray("changes");
    for (Change change : ConfigJson.changes(config)) {
      ObjectNode json = changes.addObject();
      json.put("key", change.key());
      json.put("value", change.value());
      json.put("default", change.normally());
    }
    object.set("data", ValidationText.fields(preview.setup()));
    object.set("plan", forecast.toJson());
    return object;
  }
}
