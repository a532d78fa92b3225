package io.coppice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig;
import io.coppice.shards.DataSummary;
import io.coppice.shards.ImagesSummary;
import io.coppice.spark.RunSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run's data and configuration come to, for a person. */
final class ValidationText {

  /** Classes that still fit a screen. */
  private static final int MOST_CLASSES = 40;

  private static final double MIB = 1 << 20;

  private ValidationText() {}

  static String of(RunSetup setup) {
    DataSummary data = setup.data();
    RunConfig config = setup.config();
    List<String> lines = new ArrayList<>();
    add(lines, "%s on %s", setup.network().name(), data.source());
    add(lines, "");
    add(lines, "%-26s %12s %12s", "", "training", "test");
    addRow(lines, "images", data.train().images(), data.test().images());
    addRow(lines, "not readable", data.train().unreadable(), data.test().unreadable());
    add(
        lines,
        "%-26s %12.1f %12.1f",
        "MiB as pixels",
        mib(data, data.train()),
        mib(data, data.test()));
    add(
        lines,
        "%-26s %12.1f %12.1f",
        "MiB as executors keep them",
        data.train().keptBytes() / MIB,
        data.test().keptBytes() / MIB);
    add(
        lines,
        "%-26s %12.12s %12.12s",
        "fingerprint",
        data.train().fingerprint(),
        data.test().fingerprint());
    int shown = Math.min(MOST_CLASSES, data.classes().size());
    for (int label = 0; label < shown; label++) {
      addRow(
          lines,
          "class " + data.classes().get(label),
          data.train().ofClass().get(label),
          data.test().ofClass().get(label));
    }
    if (shown < data.classes().size()) {
      add(lines, "and %,d more classes", data.classes().size() - shown);
    }
    add(lines, "");
    add(
        lines,
        "Images of %s, mean %s, deviation %s",
        data.shape(),
        text(data.normalisation().mean()),
        text(data.normalisation().deviation()));
    add(
        lines,
        "%,d images held back, %,d shards of %,d or one more, %,d rounds an epoch",
        data.heldBack(config.finish().heldBack()),
        config.distribution().shards(),
        data.smallestShard(config.finish().heldBack(), config.distribution().shards()),
        setup.roundsPerEpoch());
    add(lines, "Structure: %s", setup.budgetText());
    return String.join("\n", lines);
  }

  private static void addRow(List<String> lines, String what, long train, long test) {
    add(lines, "%-26s %,12d %,12d", what, train, test);
  }

  private static void add(List<String> lines, String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private static double mib(DataSummary data, ImagesSummary images) {
    return images.images() * data.shape().size() / MIB;
  }

  private static String text(float[] ofChannels) {
    List<String> values = new ArrayList<>();
    for (float value : ofChannels) {
      values.add(String.format(Locale.ROOT, "%.1f", value));
    }
    return String.join(" ", values);
  }

  /** The same for machines. */
  static ObjectNode fields(RunSetup setup) {
    ObjectMapper mapper = JsonOption.JSON;
    DataSummary data = setup.data();
    ObjectNode object = mapper.createObjectNode();
    object.put("source", data.source());
    object.put("network", setup.network().name());
    object.put("channels", data.shape().channels());
    object.put("height", data.shape().height());
    object.put("width", data.shape().width());
    object.set("classes", mapper.valueToTree(data.classes()));
    addSet(object.putObject("train"), data.train(), data, mapper);
    addSet(object.putObject("test"), data.test(), data, mapper);
    object.put("heldBack", data.heldBack(setup.config().finish().heldBack()));
    object.put("shards", setup.config().distribution().shards());
    object.put("roundsPerEpoch", setup.roundsPerEpoch());
    object.set("budget", mapper.valueToTree(setup.budget()));
    return object;
  }

  private static void addSet(
      ObjectNode set, ImagesSummary images, DataSummary data, ObjectMapper mapper) {
    set.put("images", images.images());
    set.set("ofClass", mapper.valueToTree(images.ofClass()));
    set.put("unreadable", images.unreadable());
    set.put("bytes", images.images() * data.shape().size());
    set.put("keptBytes", images.keptBytes());
    set.put("sha256", images.fingerprint());
  }
}
