package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.Cost;
import io.coppice.config.RunConfig.Decayed;
import io.coppice.config.RunConfig.OnBadImage;
import io.coppice.config.RunConfig.Strategy;
import io.coppice.config.RunConfig.TrainingConfig;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.NetworkJson;
import io.coppice.exchange.StartValues;
import io.coppice.network.ChannelGroup;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.onednn.Precision;
import io.coppice.plan.RoundLoad;
import io.coppice.plan.RunLoad;
import io.coppice.report.BudgetReport;
import io.coppice.report.RunOutline;
import io.coppice.shards.DataSummary;
import io.coppice.shards.RunImages.Division;
import io.coppice.storage.CheckpointStore;
import io.coppice.storage.ModelSource;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunIdentity;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import io.coppice.train.LearningRateSchedule;
import io.coppice.train.SgdOptions;
import io.coppice.train.TrainingStart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A run worked out from its configuration and its data, before any Spark job: checks that both fit
 * together.
 *
 * @param config the configuration
 * @param data what the images came to
 * @param network the full network
 * @param start what its training starts from; null where that is drawn
 * @param cost of the network's masks
 * @param timesSha256 hash of another run's times that count here; empty where none do
 * @param notes what a network's file says that is not taken over
 * @param stepsPerEpoch minibatches of every shard in one pass over them
 */
public record RunSetup(
    RunConfig config,
    DataSummary data,
    Network network,
    @Nullable TrainingStart start,
    RunCost cost,
    String timesSha256,
    List<String> notes,
    int stepsPerEpoch) {

  /** Of mistakes that only configuration and data together show. */
  static final String ORIGIN = "configuration and data";

  /**
   * Works a run out.
   *
   * @param source of the network, and of the weights that it comes with, if any
   * @param from the trained network to start from; null: none
   * @param times what rounds take; null: that is timed yet, if it is asked for
   * @throws ConfigException naming all that does not fit together of configuration, network and
   *     data
   */
  static RunSetup of(
      RunConfig config,
      DataSummary data,
      NetworkSource source,
      @Nullable StartSource from,
      @Nullable TimesSource times) {
    List<String> problems = new ArrayList<>();
    NetworkFile.Content content = content(config, data, source, problems);
    Network network = content == null ? null : keeping(content.network(), config, problems);
    RunCost cost =
        network == null || !problems.isEmpty() ? null : cost(config, network, times, problems);
    TrainingStart start =
        network == null || content == null
            ? null
            : start(config, data, network, content.start(), from, problems);
    addProblems(config, data, problems);
    if (network == null || content == null || cost == null || !problems.isEmpty()) {
      throw new ConfigException(ORIGIN, problems);
    }
    return new RunSetup(
        config,
        data,
        network,
        start,
        cost,
        times == null ? "" : times.sha256(),
        content.notes(),
        Math.toIntExact(smallestShard(config, data) / shardBatch(config)));
  }

  /** The network for the images at hand; null, and a problem, where it does not fit them. */
  private static NetworkFile.@Nullable Content content(
      RunConfig config, DataSummary data, NetworkSource source, List<String> problems) {
    try {
      NetworkFile.Content content = source.of(data.shape(), data.classes().size());
      requireFit(content.network(), data);
      requireRepresentable(content.network(), config.training().batchSize());
      return content;
    } catch (InvalidNetworkException e) {
      problems.add("'network': " + e.getMessage());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    return null;
  }

  /**
   * What the training starts from: what the network came with, or the network that it is to start
   * from. Null where that is drawn, and where a problem says why it does not fit.
   */
  private static @Nullable TrainingStart start(
      RunConfig config,
      DataSummary data,
      Network network,
      @Nullable StartValues ofNetwork,
      @Nullable StartSource from,
      List<String> problems) {
    if (from == null) {
      return ofNetwork == null
          ? null
          : TrainingStart.withoutEmptyChannels(network, ofNetwork, config.training().seed());
    }
    if (ofNetwork != null) {
      problems.add(
          "'training.from' and the model in 'network.file' both have weights to start from; leave"
              + " 'training.from' out, or give the network as JSON");
      return null;
    }
    try {
      return from.start(network, data.classes(), config.training().seed());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
      return null;
    }
  }

  /** Whether rounds have to be timed before it is known what masks cost. */
  boolean needsTimes() {
    return cost.isEstimate() && config.structure().strategy() != Strategy.DENSE;
  }

  /**
   * The same where rounds were timed.
   *
   * @param roundTime milliseconds of a round
   * @throws ConfigException if no mask, or every one, is within the budget
   */
  RunSetup timed(CostModel roundTime) {
    RunCost exact = RunCost.exact(roundTime, config.structure(), network);
    Strategies.problem(config.structure(), network, exact)
        .ifPresent(
            problem -> {
              throw new ConfigException(ORIGIN, List.of(problem));
            });
    return new RunSetup(config, data, network, start, exact, timesSha256, notes, stepsPerEpoch);
  }

  private static long smallestShard(RunConfig config, DataSummary data) {
    return data.smallestShard(config.finish().heldBack(), config.distribution().shards());
  }

  private static int shardBatch(RunConfig config) {
    return config.training().batchSize() / config.distribution().shards();
  }

  private static void addProblems(RunConfig config, DataSummary data, List<String> problems) {
    long smallest = smallestShard(config, data);
    if (smallest < shardBatch(config)) {
      problems.add(
          "'training.batchSize' ("
              + config.training().batchSize()
              + ") asks "
              + shardBatch(config)
              + " images a step of every shard, but the smallest shard has "
              + smallest);
    }
    if (smallest > Integer.MAX_VALUE) {
      problems.add(
          "'distribution.shards' ("
              + config.distribution().shards()
              + ") makes shards of "
              + smallest
              + " images, and at most "
              + Integer.MAX_VALUE
              + " are possible");
    }
    if (data.heldBack(config.finish().heldBack()) < 1) {
      problems.add(
          "'finish.heldBack' ("
              + config.finish().heldBack()
              + ") holds back no image of "
              + data.train().images());
    }
  }

  /** The network with the channels that are to stay; problems where that leaves nothing to do. */
  private static Network keeping(Network network, RunConfig config, List<String> problems) {
    Network kept;
    try {
      kept = network.keeping(config.structure().keep());
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
    }
    return kept;
  }

  /** What masks cost; null, and a problem, where no times are to be had, or no mask can be. */
  private static @Nullable RunCost cost(
      RunConfig config, Network network, @Nullable TimesSource times, List<String> problems) {
    try {
      RunCost cost =
          times == null
              ? RunCost.of(config, network)
              : RunCost.exact(times.of(network), config.structure(), network);
      Strategies.problem(config.structure(), network, cost).ifPresent(problems::add);
      return cost;
    } catch (ConfigException e) {
      problems.addAll(e.problems());
      return null;
    }
  }

  private static void requireFit(Network network, DataSummary data) {
    if (!network.inputShape().equals(data.shape()) || network.classes() != data.classes().size()) {
      throw new InvalidNetworkException(
          network.name()
              + " reads images of "
              + network.inputShape()
              + " and tells "
              + network.classes()
              + " classes apart, and the data has images of "
              + data.shape()
              + " of "
              + data.classes().size()
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

  /**
   * What the run is to be.
   *
   * @param name of the run; empty: that of its network
   * @param roundsBefore rounds that were taken before
   */
  RunOutline outline(String name, long roundsBefore) {
    return new RunOutline(
        name.isEmpty() ? network.name() : name,
        network.name(),
        Arrays.stream(network.groupChannels()).sum(),
        roundsPerEpoch(),
        config.training().epochs(),
        config.finish().fineTuneEpochs(),
        roundsBefore);
  }

  /** What decides on the bits of the result. */
  public RunIdentity identity() {
    return new RunIdentity(
        config,
        data.train().fingerprint(),
        data.test().fingerprint(),
        NetworkJson.sha256(network),
        start == null ? "" : start.values().sha256(),
        timesSha256);
  }

  /** What the run's rounds have to do. */
  public RunLoad load() {
    StructureStrategy begun = strategy();
    StructureStrategy fallen =
        Strategies.withinFinalBudget(config, network, cost, rounds(), this::startOrDrawn);
    ProbedRounds probed = ProbedRounds.of(fallen, rounds());
    RoundLoad settled = load(fallen, rounds() - 1);
    return new RunLoad(
        // The first round of all is one of the few that probe.
        load(begun, Math.min(1, rounds() - 1)),
        Math.min(1, begun.roundsLikeTheFirst() / rounds()),
        probed.share() == 0 ? settled : load(fallen, probed.example()),
        probed.share(),
        settled,
        rounds(),
        (long) config.finish().fineTuneEpochs() * roundsPerEpoch());
  }

  private RoundLoad load(StructureStrategy strategy, long round) {
    int steps = Math.min(config.distribution().localSteps(), stepsPerEpoch);
    return RoundLoad.of(
        network,
        strategy.masks(round, steps),
        config.distribution().shards(),
        shardBatch(config),
        wire());
  }

  /** Minibatches from which statistics are estimated: no more than the shards have in an epoch. */
  int statisticsBatches() {
    return (int)
        Math.min(
            config.finish().statisticsBatches(),
            (long) stepsPerEpoch * config.distribution().shards());
  }

  /** The units of structure. */
  public StructureSpace space() {
    return Strategies.space(config.structure(), network);
  }

  /** How the weights move. */
  SgdOptions sgd() {
    TrainingConfig training = config.training();
    return new SgdOptions(
        training.momentum(),
        training.nesterov(),
        training.weightDecay(),
        training.decayed() == Decayed.ALL,
        training.gradientNorm(),
        training.averaging());
  }

  /**
   * The learning rate of the weights by round of the training.
   *
   * @param factor on the configured one
   */
  LearningRateSchedule learningRate(double factor) {
    TrainingConfig training = config.training();
    return new LearningRateSchedule(
        switch (training.schedule()) {
          case COSINE -> LearningRateSchedule.Form.COSINE;
          case ONE_CYCLE -> LearningRateSchedule.Form.ONE_CYCLE;
          case LINEAR -> LearningRateSchedule.Form.LINEAR;
          case STEP -> LearningRateSchedule.Form.STEP;
          case CONSTANT -> LearningRateSchedule.Form.CONSTANT;
        },
        training.learningRate() * batchFactor() * factor,
        (long) (training.warmUp() * rounds()),
        rounds());
  }

  /** The learning rate of the weights in fine-tuning. */
  double fineTuneLearningRate() {
    return config.finish().fineTuneLearningRate() * batchFactor();
  }

  /** By how much learning rates grow with the batch (Goyal et al. 2017). */
  private double batchFactor() {
    TrainingConfig training = config.training();
    return training.rateBatchSize() == 0
        ? 1
        : (double) training.batchSize() / training.rateBatchSize();
  }

  /** What a mask keeps of the budget; null as long as that is to be timed yet. */
  @Nullable BudgetReport budget(Mask mask) {
    return cost.isEstimate()
        ? null
        : new BudgetReport(
            config.structure().cost(),
            cost.model().cost(mask),
            config.structure().strategy() == Strategy.DENSE ? cost.dense() : cost.limit(),
            cost.dense());
  }

  /**
   * The budget, and what the structure keeps of it before the first round; null where only the
   * training itself finds out, by timing rounds.
   */
  public @Nullable BudgetReport budget() {
    return cost.isEstimate() ? null : budget(strategy().presentMask());
  }

  /** How large the network is, and what of it the structure keeps before the first round. */
  public NetworkSize size() {
    return NetworkSize.of(network, needsTimes() ? null : strategy().presentMask());
  }

  /** What may remain, for a person. */
  public String budgetText() {
    BudgetReport report = budget();
    return report == null
        ? "at most "
            + config.structure().budget()
            + " of a round's time, which is measured before the training begins"
        : report.limitText();
  }

  /** The way of learning the structure, as it is before the first round. */
  StructureStrategy strategy() {
    return strategy(this::startOrDrawn);
  }

  /**
   * The same where it is known what the training starts from.
   *
   * @param from {@link #startOrDrawn}
   */
  StructureStrategy strategy(Supplier<TrainingStart> from) {
    return Strategies.of(config, network, cost, rounds(), from);
  }

  /**
   * How many channels the first round trains that the training does not start with, because they
   * were removed before; 0 where that is not known until rounds were timed.
   */
  public int revivedChannels() {
    Mask known = startOrDrawn().known();
    if (needsTimes() || known.equals(Mask.full(network.groupChannels()))) {
      return 0;
    }
    Mask first = strategy().masks(0, 1).of(0, 0).trained();
    return IntStream.range(0, first.groups())
        .map(
            group ->
                (int)
                    Arrays.stream(first.activeChannels(group))
                        .filter(channel -> !known.isActive(group, channel))
                        .count())
        .sum();
  }

  /**
   * The numbers before the first round: weights that were given are as they were, others as the way
   * of learning the structure wants them.
   *
   * @param from {@link #startOrDrawn}
   */
  TrainingStart begin(TrainingStart from, StructureStrategy strategy) {
    return start == null
        ? strategy.readFromTheStart().map(read -> from.reading(network, read)).orElse(from)
        : from;
  }

  /** What the training starts from; drawn again with every call where nothing was given. */
  TrainingStart startOrDrawn() {
    return start == null ? TrainingStart.drawn(network, config.training().seed()) : start;
  }

  /**
   * The run's checkpoints in a directory.
   *
   * @param version of Coppice, for their manifests
   */
  public CheckpointStore checkpoints(RunDirectory directory, String version) {
    StructureStrategy strategy = strategy();
    return new CheckpointStore(
        directory,
        identity(),
        new ModelSource(network, data.normalisation(), data.classes(), roundTime()),
        strategy.state(),
        Strategies.fixedBefore(config, network, cost, strategy),
        version);
  }

  /** Milliseconds of a round, where the budget is one of time and they are known. */
  @Nullable CostModel roundTime() {
    return config.structure().cost() == Cost.TIME && !cost.isEstimate() ? cost.model() : null;
  }

  /** How the run divides its images. */
  static Division division(RunConfig config) {
    return new Division(
        config.training().seed(),
        config.distribution().shards(),
        config.finish().heldBack(),
        config.data().onBadImage() == OnBadImage.SKIP);
  }

  /** How precisely weights and gradients travel. */
  Precision wire() {
    return wire(config);
  }

  static Precision wire(RunConfig config) {
    return precision(config.distribution().wire());
  }

  /** Of activations while steps are computed. */
  public Precision precision() {
    return precision(config);
  }

  static Precision precision(RunConfig config) {
    return precision(config.training().precision());
  }

  private static Precision precision(RunConfig.Precision configured) {
    return switch (configured) {
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
    };
  }

  TaskSettings taskSettings() {
    return new TaskSettings(
        UUID.randomUUID().toString(),
        TaskSettings.pack(network),
        shardBatch(config),
        data.normalisation().mean(),
        data.normalisation().deviation(),
        config.data().crop(),
        config.data().flip(),
        config.data().resizedCrop(),
        config.data().jitter(),
        config.data().erase(),
        config.data().mixup(),
        config.data().cropOriginal(),
        config.training().labelSmoothing(),
        precision(),
        wire(),
        config.training().seed(),
        config.distribution().threadsPerTask(),
        config.distribution().imageMemory());
  }
}
