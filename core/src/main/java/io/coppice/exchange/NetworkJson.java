package io.coppice.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A network as JSON, version {@value #FORMAT}:
 *
 * <pre>{@code
 * {"format": "coppice-network/1", "name": "small", "keep": ["stem.*"],
 *  "layers": [
 *   {"name": "input", "type": "input", "shape": [3, 32, 32]},
 *   {"name": "stem.conv", "type": "convolution", "inputs": ["input"], "outputs": 16,
 *    "kernel": [3, 3], "stride": [1, 1], "padding": [1, 1, 1, 1], "bias": false},
 *   ...
 *   {"name": "classifier", "type": "linear", "inputs": ["pool"], "outputs": 10, "bias": true}]}
 * }</pre>
 *
 * The layers stand in topological order, the input first and the logits last; shapes and channel
 * groups follow from them. {@code kernel} and {@code stride} are rows and columns, {@code padding}
 * is top, bottom, left, right; {@code stride} may be left out (1), {@code padding} (0) and {@code
 * keep} (nothing) too.
 */
public final class NetworkJson {

  /** The version that is written, and the only one there is to read. */
  public static final String FORMAT = "coppice-network/1";

  /** Most bytes of a network's JSON. */
  public static final int LARGEST = 16 << 20;

  private static final int MOST_LAYERS = 10_000;
  private static final int LONGEST_NAME = 200;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private NetworkJson() {}

  /** Writes a network; equal networks give equal text. */
  public static String write(Network network) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("name", network.name());
    ArrayNode keep = json.putArray("keep");
    network.keep().forEach(keep::add);
    ArrayNode layers = json.putArray("layers");
    for (Node node : network.nodes()) {
      ObjectNode layer = layers.addObject();
      layer.put("name", node.name());
      layer.put("type", "");
      if (!node.inputs().isEmpty()) {
        ArrayNode inputs = layer.putArray("inputs");
        node.inputs().forEach(input -> inputs.add(network.node(input).name()));
      }
      layer.put("type", node.layer().accept(new LayerJson.Writer(layer)));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a network is not JSON", e);
    }
  }

  /** SHA-256 of what {@link #write} gives, in hexadecimal: equal for equal networks alone. */
  public static String sha256(Network network) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(write(network).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a network.
   *
   * @param file name for messages
   * @throws InvalidNetworkException if it is anything else than a network of version {@value
   *     #FORMAT}; the message names the file and the place in it
   */
  public static Network read(String json, String file) {
    try {
      return read(parse(json));
    } catch (InvalidNetworkException e) {
      throw new InvalidNetworkException(file + ": " + e.getMessage());
    }
  }

  private static JsonNode parse(String json) {
    if (json.length() > LARGEST) {
      throw new InvalidNetworkException(
          "expected at most " + LARGEST + " characters, found " + json.length());
    }
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidNetworkException("not JSON: " + e.getOriginalMessage());
    }
  }

  /** Reads a network from a tree of JSON. */
  static Network read(JsonNode root) {
    JsonObject network = new JsonObject(root, "the network");
    String format = network.text("format", LONGEST_NAME);
    if (!format.equals(FORMAT)) {
      throw new InvalidNetworkException(
          "format: expected '" + FORMAT + "', found '" + format + "'");
    }
    String name = network.text("name", LONGEST_NAME);
    List<String> keep =
        network.has("keep") ? network.texts("keep", MOST_LAYERS, LONGEST_NAME) : List.of();
    List<JsonNode> layers = network.array("layers", MOST_LAYERS);
    network.requireNothingElse();
    if (layers.isEmpty()) {
      throw new InvalidNetworkException("layers: expected at least 2, found none");
    }
    JsonObject input = new JsonObject(layers.get(0), "layers[0]");
    String inputName = input.text("name", LONGEST_NAME);
    NetworkBuilder builder = new NetworkBuilder(name, inputName, inputShape(input));
    Map<String, Integer> indices = new HashMap<>(Map.of(inputName, 0));
    for (int i = 1; i < layers.size(); i++) {
      JsonObject json = new JsonObject(layers.get(i), "layers[" + i + "]");
      String layerName = json.text("name", LONGEST_NAME);
      json = json.named(layerName);
      List<Integer> inputs = new ArrayList<>();
      for (String source : json.texts("inputs", MOST_LAYERS, LONGEST_NAME)) {
        Integer index = indices.get(source);
        if (index == null) {
          throw json.wrong("inputs", "the names of layers before it", "'" + source + "'");
        }
        inputs.add(index);
      }
      Layer layer = LayerJson.read(json);
      json.requireNothingElse();
      try {
        indices.put(layerName, builder.add(layerName, layer, inputs));
      } catch (InvalidNetworkException e) {
        throw new InvalidNetworkException("layers[" + i + "]: " + e.getMessage());
      }
    }
    return builder.keep(keep).build();
  }

  private static Shape inputShape(JsonObject json) {
    String type = json.text("type", LONGEST_NAME);
    if (!type.equals(LayerJson.INPUT)) {
      throw json.wrong("type", "'" + LayerJson.INPUT + "' of the first layer", "'" + type + "'");
    }
    int[] shape = json.numbers("shape", 3);
    json.requireNothingElse();
    try {
      return new Shape(shape[0], shape[1], shape[2]);
    } catch (InvalidNetworkException e) {
      throw new InvalidNetworkException("layers[0].shape: " + e.getMessage());
    }
  }
}
