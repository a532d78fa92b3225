package io.coppice.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.coppice.config.RunConfig.Cost;
import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.config.RunConfig.Store;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads a configuration. In order of falling precedence: {@code --set}, the file, what a command
 * knows of the matter, the defaults in {@link RunConfig}.
 */
public final class ConfigReader {

  private static final YAMLMapper YAML =
      (YAMLMapper) new YAMLMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static final int MOST_PIXELS = 100_000_000;

  private static final Set<Format> TABLES = Set.of(Format.PARQUET, Format.ORC, Format.TABLE);

  private ConfigReader() {}

  /** Reads and checks a configuration of which nobody needs to know that it uses old keys. */
  public static RunConfig read(String origin, String yaml, Map<String, String> overrides) {
    return read(origin, yaml, Map.of(), overrides, caution -> {});
  }

  /**
   * Reads and checks a configuration.
   *
   * @param origin name of the file, for messages
   * @param yaml content of the file; may be empty
   * @param known values by dotted key, which hold where neither file nor overrides say otherwise
   * @param overrides values by dotted key, which win over the file
   * @param cautions is told of what is read but should be written otherwise
   * @throws ConfigException if anything is wrong; it lists everything that is
   */
  public static RunConfig read(
      String origin,
      String yaml,
      Map<String, String> known,
      Map<String, String> overrides,
      Consumer<String> cautions) {
    ObjectNode root = parse(origin, yaml);
    List<String> problems = new ArrayList<>();
    overrides.forEach((key, value) -> override(root, key, value, problems));
    RenamedKeys.apply(root, cautions, problems);
    known.forEach(
        (key, value) -> {
          if (root.at("/" + key.replace('.', '/')).isMissingNode()) {
            override(root, key, value, problems);
          }
        });
    ConfigBinder binder = new ConfigBinder();
    RunConfig config = binder.bind(RunConfig.class, root, "");
    problems.addAll(binder.problems());
    if (problems.isEmpty()) {
      problems.addAll(contradictions(config));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(origin, problems);
    }
    return config;
  }

  /**
   * The values of a section of free names, for whoever needs them before all else is known.
   *
   * @param section such as {@code hadoop}
   * @param origin name of the file, for messages
   * @param yaml content of the file; may be empty
   * @param overrides values by dotted key, as {@link #read} takes them
   */
  public static Map<String, String> section(
      String section, String origin, String yaml, Map<String, String> overrides) {
    Map<String, String> values = new TreeMap<>();
    parse(origin, yaml)
        .path(section)
        .fields()
        .forEachRemaining(field -> values.put(field.getKey(), field.getValue().asText()));
    overrides.forEach(
        (key, value) -> {
          if (key.startsWith(section + ".")) {
            values.put(key.substring(section.length() + 1), value);
          }
        });
    return values;
  }

  private static ObjectNode parse(String origin, String yaml) {
    try {
      JsonNode tree = yaml.isBlank() ? MissingNode.getInstance() : YAML.readTree(yaml);
      if (tree.isMissingNode() || tree.isNull()) {
        return YAML.createObjectNode();
      }
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new ConfigException(
          origin, List.of("expected keys and values, found " + ConfigBinder.kind(tree)));
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new ConfigException(
          origin, List.of(where + "not YAML: " + firstLine(e.getOriginalMessage())));
    }
  }

  private static void override(ObjectNode root, String key, String value, List<String> problems) {
    String[] path = path(key);
    ObjectNode section = root;
    for (int i = 0; i < path.length - 1; i++) {
      JsonNode next = section.path(path[i]);
      if (next.isMissingNode() || next.isNull()) {
        section = section.putObject(path[i]);
      } else if (next instanceof ObjectNode object) {
        section = object;
      } else {
        problems.add(
            "--set "
                + key
                + "="
                + Redaction.of(key, value)
                + ": '"
                + path[i]
                + "' is a single value, not a section");
        return;
      }
    }
    section.put(path[path.length - 1], value);
  }

  /** The sections and the name of a dotted key; in a section of free names the rest is one name. */
  private static String[] path(String key) {
    for (RecordComponent component : RunConfig.class.getRecordComponents()) {
      String section = component.getName() + ".";
      if (component.getType() == Map.class && key.startsWith(section)) {
        return new String[] {component.getName(), key.substring(section.length())};
      }
    }
    return key.split("\\.", -1);
  }

  private static List<String> contradictions(RunConfig config) {
    List<String> problems = new ArrayList<>();
    if (!config.network().file().isEmpty() && config.network().width() != 1) {
      problems.add(
          "'network.width' ("
              + config.network().width()
              + ") is for networks of the catalogue; the one in 'network.file' has the channels"
              + " that it has");
    }
    problems.addAll(contradictions(config.data()));
    config.structure().budget().contradiction(config.structure().cost()).ifPresent(problems::add);
    if (!config.structure().times().isEmpty() && config.structure().cost() != Cost.TIME) {
      problems.add(
          "'structure.times' is for 'structure.cost' time, found "
              + ConfigPrinter.spelling(config.structure().cost()));
    }
    int batch = config.training().batchSize();
    int shards = config.distribution().shards();
    if (batch % shards != 0) {
      problems.add(
          "'training.batchSize' ("
              + batch
              + ") must be a multiple of 'distribution.shards' ("
              + shards
              + "): every shard takes an equal part of each step");
    } else if (batch / shards < 2) {
      problems.add(
          "'training.batchSize' ("
              + batch
              + ") leaves each of the "
              + shards
              + " shards 1 image a step; batch norm needs at least 2");
    }
    return problems;
  }

  private static List<String> contradictions(DataConfig data) {
    List<String> problems = new ArrayList<>();
    boolean table = TABLES.contains(data.format());
    boolean files = table || data.format() == Format.FOLDER || data.format() == Format.WEBDATASET;
    String format = ConfigPrinter.spelling(data.format());
    if (files && data.path().isEmpty()) {
      problems.add("'data.format' (" + format + ") needs 'data.path', which says where it is");
    }
    if (!table && !data.testPath().isEmpty()) {
      problems.add("'data.testPath' is for 'data.format' parquet, orc or table, found " + format);
    }
    if (data.channels() == 2) {
      problems.add("'data.channels' must be 1 or 3, found 2");
    }
    if (data.resize() != 0 && data.resize() < data.size()) {
      problems.add(
          "'data.resize' ("
              + data.resize()
              + ") must be at least 'data.size' ("
              + data.size()
              + "), which is cut out of it");
    }
    if (data.resize() != 0 && data.size() == 0) {
      problems.add("'data.resize' needs 'data.size', the rows and columns that are cut out");
    }
    if (data.cropOriginal() && data.resizedCrop() == 1) {
      problems.add(
          "'data.cropOriginal' says of what 'data.resizedCrop' takes a part; set that below 1");
    }
    if (data.cropOriginal() && data.store() == Store.PIXELS) {
      problems.add(
          "'data.cropOriginal' needs the image files, which 'data.store: pixels' does not keep");
    }
    if (!data.shape().isEmpty() && !isShape(data.shape())) {
      problems.add(
          "'data.shape' must be channels, rows and columns, such as 3x32x32, and at most "
              + MOST_PIXELS
              + " values, found '"
              + data.shape()
              + "'");
    }
    return problems;
  }

  private static boolean isShape(String text) {
    try {
      return Shape.parse(text).size() <= MOST_PIXELS;
    } catch (InvalidNetworkException e) {
      return false;
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
