package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.data.Normalisation;
import io.coppice.exchange.NetworkJson;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.structure.CostModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint's weights need to become a model without the run's data: it stands in the
 * checkpoint's manifest.
 *
 * @param network the full network
 * @param normalisation of the pixels
 * @param labels names of the classes
 * @param roundTime what masks cost, where that was timed; null where it follows from the network
 */
public record ModelSource(
    Network network,
    Normalisation normalisation,
    List<String> labels,
    @Nullable CostModel roundTime) {

  private static final String MEMBER = "model";
  private static final String NETWORK = "network";
  private static final String MEAN = "pixelMean";
  private static final String DEVIATION = "pixelDeviation";
  private static final String LABELS = "labels";
  private static final String ROUND_TIME = "roundTime";
  private static final ObjectMapper JSON = new ObjectMapper();

  public ModelSource {
    labels = List.copyOf(labels);
  }

  void addTo(ObjectNode manifest) throws IOException {
    ObjectNode json = manifest.putObject(MEMBER);
    json.set(NETWORK, JSON.readTree(NetworkJson.write(network)));
    json.set(MEAN, JSON.valueToTree(normalisation.mean()));
    json.set(DEVIATION, JSON.valueToTree(normalisation.deviation()));
    json.set(LABELS, JSON.valueToTree(labels));
    if (roundTime != null) {
      json.set(ROUND_TIME, CostModelJson.write(roundTime));
    }
  }

  /** Whether a manifest has it; those of earlier versions do not. */
  static boolean isIn(JsonNode manifest) {
    return manifest.has(MEMBER);
  }

  /**
   * What a manifest says.
   *
   * @param where path of the checkpoint, for messages
   * @throws DamagedException if it is not as {@link #addTo} wrote it
   */
  static ModelSource of(JsonNode manifest, String where) throws DamagedException {
    JsonNode json = manifest.path(MEMBER);
    try {
      Network network = NetworkJson.read(json.path(NETWORK).toString(), where);
      Normalisation normalisation =
          new Normalisation(floats(json.path(MEAN)), floats(json.path(DEVIATION)));
      if (normalisation.channels() != network.inputShape().channels()) {
        throw new DamagedException(
            where
                + ": the network's images have "
                + network.inputShape().channels()
                + " channels, the normalisation "
                + normalisation.channels());
      }
      // Earlier versions had numbers for names.
      List<String> labels =
          json.has(LABELS) ? texts(json.path(LABELS)) : CompactModel.numbered(network.classes());
      if (labels.size() != network.classes()) {
        throw new DamagedException(
            where
                + ": the network tells "
                + network.classes()
                + " classes apart, and "
                + labels.size()
                + " have names");
      }
      return new ModelSource(network, normalisation, labels, roundTime(manifest, network, where));
    } catch (IllegalArgumentException e) {
      throw new DamagedException(where + ": '" + MEMBER + "': " + e.getMessage());
    }
  }

  /**
   * What a manifest says of the time of a round; null if nothing.
   *
   * @param network the run's
   * @param where path of the checkpoint, for messages
   * @throws DamagedException if it is not as {@link #addTo} wrote it
   */
  static @Nullable CostModel roundTime(JsonNode manifest, Network network, String where)
      throws DamagedException {
    JsonNode json = manifest.path(MEMBER).path(ROUND_TIME);
    try {
      return json.isMissingNode() ? null : CostModelJson.read(json, network.groups().size());
    } catch (IllegalArgumentException e) {
      throw new DamagedException(where + ": '" + MEMBER + "': " + e.getMessage());
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return values;
  }
}
