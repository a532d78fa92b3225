package io.coppice.spark;

import io.coppice.artifact.CorruptFileException;
import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors;
import io.coppice.artifact.SafeTensors.Contents;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.compact.ActiveChannels;
import io.coppice.compact.CompactNetwork;
import io.coppice.config.RunConfig;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.StartValues;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.network.ChannelGroup;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunDirectory;
import io.coppice.structure.Mask;
import io.coppice.train.TrainingStart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The trained network that {@code training.from} names: a run's directory, a model of ours, the
 * weights of a dense network, or a model of Deeplearning4j. Read before there are images; what it
 * holds is brought to the run's network, which depends on them, tensor by tensor by their names.
 */
final class StartSource {

  private static final String KEY = "training.from";

  /** Tensors that differ, so many of which are named. */
  private static final int MOST_DIFFERENCES = 5;

  private final ConfiguredFile file;
  private final List<String> cautions;
  private final ForNetwork start;

  private StartSource(ConfiguredFile file, List<String> cautions, ForNetwork start) {
    this.file = file;
    this.cautions = cautions;
    this.start = start;
  }

  /** Gives the start of a network that tells some classes apart. */
  private interface ForNetwork {
    TrainingStart of(Network network, List<String> classes, long seed) throws CorruptFileException;
  }

  /** Whether a configuration names one. */
  static boolean isIn(RunConfig config) {
    return !config.training().from().isEmpty();
  }

  /**
   * Reads what a configuration names.
   *
   * @param hadoop for its file system
   * @throws io.coppice.config.ConfigException if it is not there, or nothing that could be used
   * @throws io.coppice.storage.UnusableCheckpointException if it is a run without a model
   * @throws IOException if it cannot be read
   */
  static StartSource of(RunConfig config, Configuration hadoop) throws IOException {
    ConfiguredFile file = new ConfiguredFile(KEY, config.training().from());
    return file.isDirectory(hadoop) ? ofRun(file, hadoop) : ofFile(file, file.read(hadoop));
  }

  private static StartSource ofRun(ConfiguredFile file, Configuration hadoop) throws IOException {
    try (RunDirectory directory = RunDirectory.open(file.path(), hadoop)) {
      StoredModel stored = StoredModel.read(directory);
      List<String> cautions =
          directory.isComplete()
              ? List.of()
              : Stream.concat(
                      Stream.of(
                          file.path()
                              + " did not end: the training starts from "
                              + stored.origin()),
                      stored.passedOver().stream()
                          .map(problem -> "checkpoint passed over: " + problem))
                  .toList();
      return new StartSource(file, cautions, ofModel(file, stored.model()));
    } catch (OutputInUseException e) {
      throw file.refused(
          file.path() + " is a directory, but no run's; name that of a run, or a file");
    }
  }

  private static StartSource ofFile(ConfiguredFile file, byte[] content) throws IOException {
    if (NetworkFile.isArchive(content)) {
      return new StartSource(
          file, List.of(), (network, classes, seed) -> ofZip(file, content, network, seed));
    }
    try {
      Contents contents = SafeTensors.readContents(new ByteArrayInputStream(content), file.path());
      if (ModelFile.isModel(contents)) {
        CompactModel model = ModelFile.read(new ByteArrayInputStream(content), file.path());
        return new StartSource(file, List.of(), ofModel(file, model));
      }
      return new StartSource(
          file,
          List.of(),
          (network, classes, seed) ->
              TrainingStart.of(network, values(file, contents.tensors(), network)));
    } catch (CorruptFileException e) {
      throw file.refused(
          "expected a run's directory, a file of safetensors, or a model zip of Deeplearning4j: "
              + e.getMessage());
    }
  }

  private static TrainingStart ofZip(
      ConfiguredFile file, byte[] content, Network network, long seed) throws CorruptFileException {
    NetworkFile.Content read;
    try {
      read = NetworkFile.read(content, file.path(), network.inputShape());
    } catch (InvalidNetworkException e) {
      throw file.refused(String.valueOf(e.getMessage()));
    }
    StartValues start = read.start();
    if (start == null) {
      throw file.refused(file.path() + " has no weights");
    }
    return TrainingStart.withoutEmptyChannels(
        network, values(file, tensors(read.network(), start), network), seed);
  }

  private static ForNetwork ofModel(ConfiguredFile file, CompactModel model) {
    return (network, classes, seed) -> {
      requireClasses(file, model.labels(), classes);
      TrainingStart own =
          TrainingStart.of(model.compact(), model.parameters(), model.statistics(), seed);
      return new TrainingStart(
          known(network, model), values(file, tensors(model.network(), own.values()), network));
    };
  }

  /**
   * The channels that a model has, in groups of the same network of which other layers are kept.
   */
  private static Mask known(Network network, CompactModel model) {
    Map<String, Node> nodes =
        model.network().nodes().stream().collect(Collectors.toMap(Node::name, node -> node));
    Mask.Builder known = Mask.builder(network.groupChannels());
    for (ChannelGroup group : network.groups()) {
      Node first = nodes.get(group.name());
      if (first != null) {
        for (int channel : ActiveChannels.of(first, model.mask())) {
          known.activate(group.id(), channel, 1);
        }
      }
    }
    return known.build();
  }

  private static Map<String, Tensor> tensors(Network network, StartValues values) {
    return ModelTensors.weights(
        CompactNetwork.dense(network), values.parameters(), values.statistics());
  }

  /** The values of a network's tensors. */
  private static StartValues values(
      ConfiguredFile file, Map<String, Tensor> tensors, Network network)
      throws CorruptFileException {
    CompactNetwork dense = CompactNetwork.dense(network);
    List<String> differences = ModelTensors.differences(tensors, dense);
    if (!differences.isEmpty()) {
      int more = differences.size() - MOST_DIFFERENCES;
      throw file.refused(
          file.path()
              + " holds no weights of "
              + network.name()
              + " as it is for this data: "
              + differences.stream().limit(MOST_DIFFERENCES).collect(Collectors.joining("; "))
              + (more > 0 ? "; and " + more + " more" : "")
              + "; set the network, or name another file");
    }
    StartValues values =
        new StartValues(
            ModelTensors.values(tensors, dense.parameters(), file.path()),
            ModelTensors.values(tensors, dense.statistics(), file.path()));
    if (!values.areValid(dense.statistics())) {
      throw file.refused(file.path() + " has numbers that are not finite, or negative variances");
    }
    return values;
  }

  private static void requireClasses(
      ConfiguredFile file, List<String> learned, List<String> classes) {
    if (learned.equals(classes)) {
      return;
    }
    int first =
        IntStream.range(0, Math.min(learned.size(), classes.size()))
            .filter(i -> !learned.get(i).equals(classes.get(i)))
            .findFirst()
            .orElse(-1);
    throw file.refused(
        file.path()
            + (learned.size() != classes.size()
                ? " tells " + learned.size() + " classes apart, and the data has " + classes.size()
                : " calls class "
                    + first
                    + " '"
                    + learned.get(first)
                    + "', which is '"
                    + classes.get(first)
                    + "' in the data; name its model/dense.safetensors if classes of the same"
                    + " number are the same"));
  }

  /** What a person should know of it. */
  List<String> cautions() {
    return cautions;
  }

  /**
   * What the training of a network starts from.
   *
   * @param classes names of the data's classes
   * @param seed of the weights of channels that it lacks
   * @throws io.coppice.config.ConfigException naming the tensors or classes that do not fit
   */
  TrainingStart start(Network network, List<String> classes, long seed) {
    try {
      return start.of(network, classes, seed);
    } catch (CorruptFileException e) {
      throw file.refused(String.valueOf(e.getMessage()));
    }
  }
}
