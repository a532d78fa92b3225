package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.StructureConfig;
import io.coppice.data.Dataset;
import io.coppice.data.ImageSet;
import io.coppice.data.Normalisation;
import io.coppice.data.Partition;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.NetworkJson;
import io.coppice.exchange.StartValues;
import io.coppice.network.ChannelGroup;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.Shape;
import io.coppice.storage.CheckpointStore;
import io.coppice.storage.ModelSource;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunIdentity;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.StructureSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run worked out from its configuration and its data, before any Spark job: checks that both fit
 * together.
 *
 * @param config the configuration
 * @param dataset the images
 * @param network the full network
 * @param start its weights before the first round; null where they are drawn
 * @param partition images held back, and shards
 * @param normalisation of the pixels, from all training images
 * @param stepsPerEpoch minibatches of every shard in one pass over them
 */
public record RunSetup(
    RunConfig config,
    Dataset dataset,
    Network network,
    @Nullable StartValues start,
    Partition partition,
    Normalisation normalisation,
    int stepsPerEpoch) {

  /**
   * Works out a run of a network of the catalogue.
   *
   * @throws ConfigException if the configuration does not fit the data
   */
  public static RunSetup of(RunConfig config, Dataset dataset) {
    NetworkFile.Content source;
    try {
      source = NetworkSource.ofCatalogue(config.network(), dataset.train());
    } catch (ConfigException e) {
      throw togetherWithTheData(e, config, dataset);
    }
    return of(config, dataset, source);
  }

  /**
   * Works a run out.
   *
   * @param source the network, and the weights that it came with, if any
   * @throws ConfigException if the configuration, the network and the data do not fit together
   */
  static RunSetup of(RunConfig config, Dataset dataset, NetworkFile.Content source) {
    ImageSet train = dataset.train();
    List<String> problems = new ArrayList<>();
    try {
      requireFit(source.network(), train);
      requireRepresentable(source.network(), config.training().batchSize());
    } catch (InvalidNetworkException e) {
      throw new ConfigException("configuration and data", List.of("'network': " + e.getMessage()));
    }
    Network network = keeping(source.network(), config.structure(), problems);
    Partition partition = partition(config, train);
    int steps = partition.smallestShard() / shardBatch(config);
    addProblems(config, partition, train, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException("configuration and data", problems);
    }
    return new RunSetup(
        config, dataset, network, source.start(), partition, Normalisation.of(train), steps);
  }

  private static Partition partition(RunConfig config, ImageSet train) {
    return Partition.of(
        train,
        config.finish().heldBack(),
        config.distribution().shards(),
        config.training().seed());
  }

  private static int shardBatch(RunConfig config) {
    return config.training().batchSize() / config.distribution().shards();
  }

  private static void addProblems(
      RunConfig config, Partition partition, ImageSet train, List<String> problems) {
    if (partition.smallestShard() < shardBatch(config)) {
      problems.add(
          "'training.batchSize' ("
              + config.training().batchSize()
              + ") asks "
              + shardBatch(config)
              + " images a step of every shard, but the smallest shard has "
              + partition.smallestShard());
    }
    if (partition.heldBack().size() < 1) {
      problems.add(
          "'finish.heldBack' ("
              + config.finish().heldBack()
              + ") holds back no image of "
              + train.size());
    }
  }

  /** A network's problems, and those that the data has with the configuration besides. */
  static ConfigException togetherWithTheData(
      ConfigException ofNetwork, RunConfig config, Dataset dataset) {
    List<String> problems = new ArrayList<>(ofNetwork.problems());
    addProblems(config, partition(config, dataset.train()), dataset.train(), problems);
    return new ConfigException("configuration and data", problems);
  }

  /** The network with the channels that are to stay; problems where that leaves nothing to do. */
  private static Network keeping(
      Network network, StructureConfig structure, List<String> problems) {
    Network kept;
    try {
      kept = network.keeping(structure.keep());
    } catch (InvalidNetworkException e) {
      problems.add("'structure.keep': " + e.getMessage());
      return network;
    }
    if (kept.groups().isEmpty()) {
      problems.add(
          "'structure.keep' keeps all channels of "
              + network.name()
              + ", so that none could be removed; its channel groups are "
              + network.groups().stream().map(ChannelGroup::name).toList());
    } else {
      Strategies.problem(structure, kept).ifPresent(problems::add);
    }
    return kept;
  }

  private static void requireFit(Network network, ImageSet images) {
    Shape shape = new Shape(images.channels(), images.height(), images.width());
    if (!network.inputShape().equals(shape) || network.classes() != images.classes()) {
      throw new InvalidNetworkException(
          network.name()
              + " reads images of "
              + network.inputShape()
              + " and tells "
              + network.classes()
              + " classes apart, and the data has images of "
              + shape
              + " of "
              + images.classes()
              + " classes");
    }
  }

  /** Weights and a minibatch of images are arrays, whose length is bounded. */
  private static void requireRepresentable(Network network, int batch) {
    CompactNetwork.dense(network);
    long values = (long) batch * network.inputShape().size();
    if (values > Integer.MAX_VALUE) {
      throw new InvalidNetworkException(
          "a minibatch of "
              + batch
              + " images of "
              + network.inputShape()
              + " has "
              + values
              + " values, and at most "
              + Integer.MAX_VALUE
              + " are possible; lower training.batchSize");
    }
  }

  /** Rounds of the training, without fine-tuning. */
  public long rounds() {
    return (long) config.training().epochs() * roundsPerEpoch();
  }

  /** Rounds in one pass over the shards; the last one may have fewer local steps. */
  public int roundsPerEpoch() {
    int localSteps = config.distribution().localSteps();
    return (stepsPerEpoch + localSteps - 1) / localSteps;
  }

  /** What decides on the bits of the result. */
  public RunIdentity identity() {
    return new RunIdentity(
        config,
        dataset.train().fingerprint(),
        dataset.test().fingerprint(),
        NetworkJson.sha256(network),
        start == null ? "" : start.sha256());
  }

  /** Minibatches from which statistics are estimated: no more than an epoch has. */
  int statisticsBatches() {
    return Math.min(config.finish().statisticsBatches(), stepsPerEpoch);
  }

  /** The units of structure. */
  public StructureSpace space() {
    return new StructureSpace(network.groupChannels(), config.structure().granularity());
  }

  /** The way of learning the structure, as it is before the first round. */
  StructureStrategy strategy() {
    return Strategies.of(config, network, rounds());
  }

  /**
   * The run's checkpoints in a directory.
   *
   * @param version of Coppice, for their manifests
   */
  public CheckpointStore checkpoints(RunDirectory directory, String version) {
    return new CheckpointStore(
        directory,
        identity(),
        new ModelSource(network, normalisation),
        strategy().state(),
        version);
  }

  TaskSettings taskSettings() {
    return new TaskSettings(
        UUID.randomUUID().toString(),
        TaskSettings.pack(network),
        shardBatch(config),
        normalisation.mean(),
        normalisation.deviation(),
        config.data().crop(),
        config.data().flip(),
        config.data().resizedCrop(),
        config.data().jitter(),
        config.data().erase(),
        config.training().seed(),
        config.distribution().threadsPerTask());
  }
}
