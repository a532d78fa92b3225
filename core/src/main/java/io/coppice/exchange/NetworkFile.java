package io.coppice.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network from a file of any kind that is known, told by its content: our own JSON ({@link
 * NetworkJson}), the JSON of a Deeplearning4j {@code ComputationGraphConfiguration} or {@code
 * MultiLayerConfiguration}, or a Deeplearning4j model zip, whose weights become start values.
 *
 * <p>Nothing in a file is trusted. Of a zip, {@code configuration.json} and {@code
 * coefficients.bin} are read; the state of an updater, a normaliser and the like are passed over.
 * The pixels of a run are normalised by the run itself, so that a model that was trained behind
 * another normaliser sees other values at first.
 */
public final class NetworkFile {

  /**
   * What a file holds.
   *
   * @param network the network
   * @param start its weights; null where the file has none
   * @param notes what else a Deeplearning4j configuration says about its training, which is not
   *     taken over
   */
  public record Content(Network network, @Nullable StartValues start, List<String> notes) {
    public Content {
      notes = List.copyOf(notes);
    }
  }

  /** The entry of a model zip that holds the network's definition. */
  public static final String CONFIGURATION = "configuration.json";

  /** The entry of a model zip that holds its weights. */
  public static final String COEFFICIENTS = "coefficients.bin";

  private static final Map<String, Long> READ =
      Map.of(CONFIGURATION, 64L << 20, COEFFICIENTS, (long) Integer.MAX_VALUE - 16);

  private static final Set<String> SKIPPED =
      Set.of(
          "updaterState.bin",
          "updater.bin",
          "normalizer.bin",
          "preprocessor.bin",
          "noParams.marker",
          "noTrainingConfig");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private NetworkFile() {}

  /** Whether a file is an archive, as models of Deeplearning4j are. */
  public static boolean isArchive(byte[] content) {
    return BoundedArchive.fits(content);
  }

  /**
   * Reads a file.
   *
   * @param file its name, for messages and as the network's name
   * @param image shape of an image; Deeplearning4j's files do not say it
   * @throws InvalidNetworkException if it is none of the kinds, damaged, or has something that is
   *     not known; the message names the file, and all that is not known
   */
  public static Content read(byte[] content, String file, Shape image) {
    try {
      if (isArchive(content)) {
        return zip(content, nameOf(file), image);
      }
      return json(content, nameOf(file), image);
    } catch (InvalidNetworkException e) {
      throw new InvalidNetworkException(file + ": " + e.getMessage());
    }
  }

  private static Content zip(byte[] content, String name, Shape image) {
    Map<String, byte[]> entries;
    try {
      entries = BoundedArchive.read(content, READ, SKIPPED);
    } catch (IOException e) {
      throw new InvalidNetworkException("not a model's archive, or damaged: " + e.getMessage());
    }
    byte[] configuration = entries.get(CONFIGURATION);
    byte[] coefficients = entries.get(COEFFICIENTS);
    if (configuration == null || coefficients == null) {
      throw new InvalidNetworkException(
          "expected the entries "
              + CONFIGURATION
              + " and "
              + COEFFICIENTS
              + ", found "
              + entries.keySet());
    }
    JsonNode root = parse(configuration);
    if (!Dl4jDefinitionReader.fits(root)) {
      throw new InvalidNetworkException(CONFIGURATION + ": not a configuration of Deeplearning4j");
    }
    return dl4j(root, name, image, Nd4jVector.read(coefficients, COEFFICIENTS));
  }

  private static Content json(byte[] content, String name, Shape image) {
    JsonNode root = parse(content);
    if (Dl4jDefinitionReader.fits(root)) {
      return dl4j(root, name, image, null);
    }
    if (!root.has("format")) {
      throw new InvalidNetworkException(
          "expected a network as "
              + NetworkJson.FORMAT
              + ", or a configuration or model zip of Deeplearning4j, found other JSON");
    }
    Network network = NetworkJson.read(root);
    return new Content(network, null, List.of());
  }

  private static Content dl4j(
      JsonNode root, String name, Shape image, float @Nullable [] coefficients) {
    Dl4jNetwork translated = Dl4jTranslation.of(name, Dl4jDefinitionReader.read(root), image);
    return new Content(
        translated.network(),
        coefficients == null ? null : translated.values(coefficients),
        translated.notes());
  }

  private static JsonNode parse(byte[] content) {
    if (content.length > READ.getOrDefault(CONFIGURATION, 0L)) {
      throw new InvalidNetworkException(
          "expected JSON of at most "
              + READ.get(CONFIGURATION)
              + " bytes, found "
              + content.length);
    }
    return parse(new String(content, StandardCharsets.UTF_8));
  }

  /** The tree of JSON that is an object. */
  static JsonNode parse(String content) {
    try {
      JsonNode root = JSON.readTree(content);
      if (root == null || !root.isObject()) {
        throw new InvalidNetworkException("expected an object of JSON, found something else");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new InvalidNetworkException(
          "neither JSON nor a model's zip: " + e.getOriginalMessage());
    }
  }

  /** The file's own name without what follows its last dot. */
  private static String nameOf(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    name = dot > 0 ? name.substring(0, dot) : name;
    return name.isEmpty() ? "network" : name.substring(0, Math.min(150, name.length()));
  }
}
