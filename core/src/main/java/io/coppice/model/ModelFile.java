package io.coppice.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.CorruptFileException;
import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors;
import io.coppice.artifact.SafeTensors.Contents;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.compact.CompactNetwork;
import io.coppice.data.Normalisation;
import io.coppice.exchange.NetworkJson;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@link CompactModel} as one {@code safetensors} file, version {@value #FORMAT}. Its tensors are
 *
 * <ul>
 *   <li>{@code GROUP.mask} for each channel group, one byte a channel, 1 where it is active;
 *   <li>{@code NODE.weight}, {@code .bias}, {@code .scale}, {@code .shift}, {@code .mean}, {@code
 *       .variance} of the active channels, F32.
 * </ul>
 *
 * Its {@code __metadata__}, all texts:
 *
 * <ul>
 *   <li>{@code format}: the version;
 *   <li>{@code network}: the full network, as {@link NetworkJson};
 *   <li>{@code normalisation}: {@code {"mean": [...], "deviation": [...]}} of each channel's
 *       pixels;
 *   <li>{@code labels}: a list of the classes' names;
 *   <li>{@code metadata.NAME}: what else is known of the model;
 *   <li>{@code sha256}: of all of this and the tensors, in the order of the file.
 * </ul>
 */
public final class ModelFile {

  /** What a model that is sent to another JVM is called in messages. */
  private static final String SENT = "the model of a task";

  /** The version that is written, and the only one there is to read. */
  public static final String FORMAT = "coppice-model/1";

  private static final String FORMAT_OF_ANY_VERSION = "coppice-model/";
  private static final String FORMAT_KEY = "format";
  private static final String NETWORK = "network";
  private static final String NORMALISATION = "normalisation";
  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";
  private static final String LABELS = "labels";
  private static final String FREE = "metadata.";
  private static final String SHA256 = "sha256";

  /** Far more than any network has; bounds what a small file can make the reader ask for. */
  private static final long MOST_CHANNELS = 1 << 22;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ModelFile() {}

  /** Writes a model; equal models give equal bytes. */
  public static void write(CompactModel model, OutputStream out) throws IOException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(ModelTensors.masks(model.network(), model.mask()));
    tensors.putAll(
        ModelTensors.weights(model.compact(), model.parameters(), model.sharedStatistics()));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT_KEY, FORMAT);
    metadata.put(NETWORK, NetworkJson.write(model.network()));
    ObjectNode normalisation = JSON.createObjectNode();
    normalisation.set(MEAN, JSON.valueToTree(model.normalisation().mean()));
    normalisation.set(DEVIATION, JSON.valueToTree(model.normalisation().deviation()));
    metadata.put(NORMALISATION, JSON.writeValueAsString(normalisation));
    metadata.put(LABELS, JSON.writeValueAsString(model.labels()));
    model.metadata().forEach((name, value) -> metadata.put(FREE + name, value));
    SafeTensors.write(out, sealed(new Contents(metadata, tensors)));
  }

  /** The file of a model, for another JVM. */
  public static byte[] toBytes(CompactModel model) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      write(model, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /**
   * What {@link #toBytes} made a file of.
   *
   * @throws UncheckedIOException if it is anything else: a bug
   */
  public static CompactModel ofBytes(byte[] file) {
    try {
      return read(new ByteArrayInputStream(file), SENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with its hash. */
  static Contents sealed(Contents contents) {
    Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
    metadata.put(SHA256, sha256(contents));
    return new Contents(metadata, contents.tensors());
  }

  /** Whether a file says that it is a model, of this or another version. */
  public static boolean isModel(Contents contents) {
    return contents.metadata().getOrDefault(FORMAT_KEY, "").startsWith(FORMAT_OF_ANY_VERSION);
  }

  /**
   * Reads a model back.
   *
   * @param file name for messages
   * @throws CorruptFileException if anything departs from what {@link #write} gives; the message
   *     says what
   */
  public static CompactModel read(InputStream in, String file) throws IOException {
    return new Reading(SafeTensors.readContents(in, file), file).model();
  }

  /** A file that is being read. */
  private record Reading(Contents contents, String file) {

    CompactModel model() throws CorruptFileException {
      String format = contents.metadata().get(FORMAT_KEY);
      if (!FORMAT.equals(format)) {
        throw wrong(
            "format " + FORMAT + " of a compact model",
            format == null ? "none" : "'" + shortened(format) + "'");
      }
      String expected = metadata(SHA256);
      String found = sha256(contents);
      if (!found.equals(expected)) {
        throw wrong("SHA-256 " + shortened(expected), found);
      }
      try {
        Network network = NetworkJson.read(metadata(NETWORK), file);
        requireBounded(network);
        Mask mask = ModelTensors.mask(contents.tensors(), network, file);
        CompactNetwork compact = CompactNetwork.of(network, mask);
        requireNothingElse(compact);
        return new CompactModel(
            compact,
            ModelTensors.values(contents.tensors(), compact.parameters(), file),
            ModelTensors.values(contents.tensors(), compact.statistics(), file),
            normalisation(),
            labels(),
            free());
      } catch (InvalidNetworkException e) {
        throw wrong("a network that can be", String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        throw wrong("a model that fits together", String.valueOf(e.getMessage()));
      }
    }

    private CorruptFileException wrong(String expected, String found) {
      return new CorruptFileException(file, Long.BYTES, expected, found);
    }

    private String metadata(String key) throws CorruptFileException {
      String value = contents.metadata().get(key);
      if (value == null) {
        throw wrong("metadata '" + key + "'", "none");
      }
      return value;
    }

    private void requireBounded(Network network) throws CorruptFileException {
      long channels = 0;
      for (Node node : network.nodes()) {
        channels += node.shape().channels();
      }
      if (channels > MOST_CHANNELS) {
        throw wrong("at most " + MOST_CHANNELS + " channels", String.valueOf(channels));
      }
    }

    private void requireNothingElse(CompactNetwork compact) throws CorruptFileException {
      Set<String> known =
          new HashSet<>(ModelTensors.masks(compact.network(), compact.mask()).keySet());
      compact.parameters().tensors().forEach(tensor -> known.add(tensor.name()));
      compact.statistics().tensors().forEach(tensor -> known.add(tensor.name()));
      for (String name : contents.tensors().keySet()) {
        if (!known.contains(name)) {
          throw wrong("tensors of the network alone", "tensor '" + shortened(name) + "'");
        }
      }
    }

    private Normalisation normalisation() throws CorruptFileException {
      JsonNode json = json(NORMALISATION);
      return new Normalisation(floats(json, MEAN), floats(json, DEVIATION));
    }

    private float[] floats(JsonNode normalisation, String member) throws CorruptFileException {
      JsonNode values = normalisation.path(member);
      if (!values.isArray()) {
        throw wrong("a list '" + member + "' in " + NORMALISATION, shortened(values.toString()));
      }
      float[] floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        if (!values.get(i).isNumber()) {
          throw wrong("numbers as " + member, shortened(values.get(i).toString()));
        }
        floats[i] = values.get(i).floatValue();
      }
      return floats;
    }

    private List<String> labels() throws CorruptFileException {
      JsonNode json = json(LABELS);
      List<String> labels = new ArrayList<>();
      boolean valid = json.isArray();
      for (JsonNode label : json) {
        valid &= label.isTextual();
        labels.add(label.asText());
      }
      if (!valid) {
        throw wrong("a list of texts as " + LABELS, shortened(json.toString()));
      }
      return labels;
    }

    private Map<String, String> free() throws CorruptFileException {
      Set<String> known = Set.of(FORMAT_KEY, NETWORK, NORMALISATION, LABELS, SHA256);
      Map<String, String> free = new TreeMap<>();
      for (Map.Entry<String, String> entry : contents.metadata().entrySet()) {
        if (entry.getKey().startsWith(FREE)) {
          free.put(entry.getKey().substring(FREE.length()), entry.getValue());
        } else if (!known.contains(entry.getKey())) {
          throw wrong(
              "metadata of version " + FORMAT + " alone", "'" + shortened(entry.getKey()) + "'");
        }
      }
      return free;
    }

    private JsonNode json(String key) throws CorruptFileException {
      try {
        return JSON.readTree(metadata(key));
      } catch (JsonProcessingException e) {
        throw wrong("JSON as metadata '" + key + "'", e.getOriginalMessage());
      }
    }

    private static String shortened(String text) {
      return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
  }

  private static String sha256(Contents contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      contents
          .metadata()
          .forEach(
              (key, value) -> {
                if (!key.equals(SHA256)) {
                  update(digest, key);
                  update(digest, value);
                }
              });
      contents
          .tensors()
          .forEach(
              (name, tensor) -> {
                update(digest, name);
                update(digest, tensor.type() + " " + tensor.shape());
                digest.update(tensor.data());
              });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
