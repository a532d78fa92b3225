package io.coppice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig.ModelCost;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * A model of a registry, by its manifest: that of the run which trained it, and what the registry
 * adds.
 *
 * @param number from 1 on
 * @param location of its directory, which is one of a finished run
 * @param manifest see {@link io.coppice.storage.RunDirectory#manifest}
 */
public record ModelVersion(int number, String location, JsonNode manifest) {

  /** The member of the manifest that the registry adds. */
  static final String MEMBER = "registry";

  static final String RUN = "run";
  static final String BASE = "base";
  static final String AT = "at";
  static final String ACCURACY = "accuracy";
  static final String IMAGES = "testImages";
  static final String CLASSES = "trainOfClass";

  private JsonNode registered() {
    return manifest.path(MEMBER);
  }

  /** Id of the retraining that made it. */
  public String run() {
    return registered().path(RUN).asText();
  }

  /** The version that its training started from; 0: none. */
  public int base() {
    return registered().path(BASE).asInt();
  }

  /** When it was registered, UTC. */
  public String at() {
    return registered().path(AT).asText();
  }

  /** Accuracy when it was promoted, a share of {@link #testImages}. */
  public double accuracy() {
    return registered().path(ACCURACY).asDouble();
  }

  /** Images that it was tested by then. */
  public long testImages() {
    return registered().path(IMAGES).asLong();
  }

  /** What it costs. */
  public double cost(ModelCost cost) {
    JsonNode summary = manifest.path("summary");
    return switch (cost) {
      case FLOPS -> summary.path("flops").asDouble();
      case PARAMETERS -> summary.path("parameters").asDouble();
      case TIME -> summary.path("sparseStepMillis").asDouble();
    };
  }

  /** Images of each class that it was trained on. */
  List<Long> ofClass() {
    List<Long> counts = new ArrayList<>();
    registered().path(CLASSES).forEach(count -> counts.add(count.asLong()));
    return counts;
  }

  /** Mean of each channel's pixels that it was trained on. */
  double[] pixelMean() {
    return numbers(manifest.path("data").path("pixelMean"));
  }

  /** Deviation of each channel's pixels that it was trained on. */
  double[] pixelDeviation() {
    return numbers(manifest.path("data").path("pixelDeviation"));
  }

  private static double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** All that is known of it, for machines. */
  public ObjectNode toJson() {
    ObjectNode json = manifest.deepCopy();
    json.put("version", number);
    json.put("directory", location);
    return json;
  }
}
