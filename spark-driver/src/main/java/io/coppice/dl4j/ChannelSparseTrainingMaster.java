package io.coppice.dl4j;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigJson;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.RunConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.exchange.Dl4jNetwork;
import io.coppice.exchange.StartValues;
import io.coppice.export.Dl4jExporter;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.report.RunListener;
import io.coppice.report.RunListeners;
import io.coppice.shards.DataSummary;
import io.coppice.spark.RunSetup;
import io.coppice.spark.Trainer;
import io.coppice.structure.Mask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.datavec.spark.util.BroadcastHadoopConfigHolder;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.loader.Loader;
import org.nd4j.common.loader.SourceFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains the networks of Deeplearning4j on Spark channel-sparsely, in place of its own masters:
 *
 * <pre>{@code
 * ChannelSparseTrainingMaster master =
 *     ChannelSparseTrainingMaster.builder().budget("0.36").epochs(14).build();
 * ComputationGraph network = new SparkComputationGraph(spark, configuration, master).fit(data);
 * ComputationGraph compact = master.compactNetwork();
 * }</pre>
 *
 * <p>A fit trains for {@code epochs} epochs, one unless it is said, from the weights that the
 * network has, by the engine and the settings of {@link Trainer}. Afterwards the network has the
 * trained weights, in which those of removed channels are 0, so that it computes what the compact
 * network does. Another fit begins with the channels that are left: the structures {@code shares}
 * and {@code magnitude} go on from there. Every fit goes through the data in the order that seed
 * and data say, and its momentum begins at 0: one fit of many epochs is better than many of one.
 *
 * <p>What the network says of its training holds: updater ({@code Sgd}, {@code Nesterovs}), its
 * learning rate with a schedule that Coppice has, {@code l2}, dropout. With a rate that changes,
 * the momentum's part of a step has the rate of that step. Anything else is refused by name. A
 * setting that is given takes the place of what the network says, with a caution. A step is a
 * minibatch of {@code batchSize} examples of all shards together, whatever the sizes of the {@code
 * DataSet}s.
 *
 * <p>Features are {@code (examples, channels, rows, columns)}, or flattened where the network's
 * input type says so, and labels one class of each. Features are kept in 256 levels between the
 * least and the largest of each channel, which the first fit finds unless {@link Builder#range}
 * says them; where they lie between levels, a caution says by how much they are rounded. Data are
 * looked at twice, so that an RDD that is dear to compute should be cached. A tenth of the examples
 * is held back from training ({@code finish.heldBack}).
 *
 * <p>Listeners hear of every iteration on the driver, with the loss of its minibatch as score,
 * without {@code l2}'s part. Weights come when the fit ends, before its last epoch does for
 * listeners.
 */
public final class ChannelSparseTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  /** What the network is called in the files of a fit. */
  private static final String NETWORK = "network";

  private final FitSettings settings;
  private final String output;
  private final RunListener listener;
  private final double @Nullable [] least;
  private final double @Nullable [] largest;
  private List<TrainingListener> trainingListeners = List.of();
  private @Nullable FeatureLevels levels;
  private io.coppice.spark.@Nullable TrainingResult result;

  private ChannelSparseTrainingMaster(Builder builder) {
    this.settings = new FitSettings(builder.settings);
    this.output = builder.output;
    this.listener = new RunListeners(List.of(new LoggedCautions(), builder.listener));
    this.least = builder.least;
    this.largest = builder.largest;
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Says how fits go. */
  public static final class Builder {

    private final Map<String, String> settings = new HashMap<>();
    private String output = "";
    private RunListener listener = RunListener.NONE;
    private double @Nullable [] least;
    private double @Nullable [] largest;

    private Builder() {}

    /**
     * Any setting of a training.
     *
     * @param key as in a configuration file, such as {@code structure.strategy}
     */
    public Builder setting(String key, String value) {
      settings.put(key, value);
      return this;
    }

    /** Passes over the data that a fit takes, at least 1. */
    public Builder epochs(int epochs) {
      return setting("training.epochs", String.valueOf(epochs));
    }

    /** Examples of a step, of all shards together; a multiple of their number. */
    public Builder batchSize(int examples) {
      return setting("training.batchSize", String.valueOf(examples));
    }

    /**
     * What may remain of the network.
     *
     * @param budget a share such as {@code 0.36} or an amount such as {@code 15 MFLOPs}
     */
    public Builder budget(String budget) {
      return setting("structure.budget", budget);
    }

    /** Slices of the data; results depend on it, never on the number of executors. */
    public Builder shards(int shards) {
      return setting("distribution.shards", String.valueOf(shards));
    }

    /** Of the order of the data, and of all that is drawn. */
    public Builder seed(long seed) {
      return setting("training.seed", String.valueOf(seed));
    }

    /**
     * Where fits keep their checkpoints and results, each in a directory of its own below this one,
     * named by what it is: a program that was stopped and starts again goes on where it was.
     *
     * @param directory a path of any Hadoop file system
     */
    public Builder output(String directory) {
      output = directory;
      return this;
    }

    /** Hears of every fit, besides the log, which is told of cautions. */
    public Builder listener(RunListener newListener) {
      listener = newListener;
      return this;
    }

    /** The least and the largest feature that may come, of every channel. */
    public Builder range(double leastOfAll, double largestOfAll) {
      return ranges(new double[] {leastOfAll}, new double[] {largestOfAll});
    }

    /**
     * The same for each channel.
     *
     * @throws IllegalArgumentException if a least one is not smaller than its largest one
     */
    public Builder ranges(double[] leastOfEach, double[] largestOfEach) {
      for (int channel = 0;
          channel < Math.max(leastOfEach.length, largestOfEach.length);
          channel++) {
        if (leastOfEach.length != largestOfEach.length
            || !(leastOfEach[channel] < largestOfEach[channel])
            || Double.isInfinite(leastOfEach[channel] - largestOfEach[channel])) {
          throw new IllegalArgumentException(
              "expected a finite range of features of each channel, the least smaller than the largest, found "
                  + Arrays.toString(leastOfEach)
                  + " to "
                  + Arrays.toString(largestOfEach));
        }
      }
      least = leastOfEach.clone();
      largest = largestOfEach.clone();
      return this;
    }

    /**
     * Makes the master.
     *
     * @throws ConfigException naming every wrong key and value
     */
    public ChannelSparseTrainingMaster build() {
      return new ChannelSparseTrainingMaster(this);
    }
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    fit(new SparkNetwork.Layers(network), data.map(Minibatch::of));
  }

  @Override
  public void executeTraining(SparkComputationGraph network, JavaRDD<DataSet> data) {
    fit(new SparkNetwork.Graph(network), data.map(Minibatch::of));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph network, JavaRDD<MultiDataSet> data) {
    fit(new SparkNetwork.Graph(network), data.map(Minibatch::of));
  }

  /** Trains on files, which executors load by either of the two loaders. */
  @Override
  public void executeTrainingPaths(
      @Nullable SparkDl4jMultiLayer list,
      @Nullable SparkComputationGraph graph,
      JavaRDD<String> paths,
      @Nullable DataSetLoader loader,
      @Nullable MultiDataSetLoader multiLoader) {
    if (graph == null && list == null || loader == null && multiLoader == null) {
      throw new IllegalArgumentException(
          "expected a network to fit and a loader for its files, found network "
              + (graph == null ? list : graph)
              + ", loaders "
              + loader
              + " and "
              + multiLoader);
    }
    SparkNetwork network =
        graph == null
            ? new SparkNetwork.Layers(Objects.requireNonNull(list))
            : new SparkNetwork.Graph(graph);
    SourceFactory files =
        new RemoteFileSourceFactory(BroadcastHadoopConfigHolder.get(network.spark()));
    fit(
        network,
        loader == null
            ? loaded(paths, Objects.requireNonNull(multiLoader), files).map(Minibatch::of)
            : loaded(paths, loader, files).map(Minibatch::of));
  }

  private static <T> JavaRDD<T> loaded(
      JavaRDD<String> paths, Loader<T> loader, SourceFactory files) {
    return paths.map(path -> loader.load(files.getSource(path)));
  }

  private void fit(SparkNetwork network, JavaRDD<Minibatch> data) {
    try {
      fit(network, data, network.configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fit(SparkNetwork network, JavaRDD<Minibatch> data, String configuration)
      throws IOException {
    Shape flattened = Dl4jNetwork.flattenedImage(configuration).orElse(null);
    TrainingTerms terms = TrainingTerms.of(network.layers(), settings.keys());
    if (!terms.problems().isEmpty()) {
      throw new ConfigException("the network to fit", terms.problems());
    }
    FeatureSurvey survey = FeatureSurvey.of(data, flattened);
    Dl4jNetwork translated = Dl4jNetwork.read(configuration, NETWORK, survey.shape());
    requireClasses(translated, survey);
    FeatureLevels kept = levels(survey);
    List<String> cautions = new ArrayList<>(settings.cautions());
    cautions.addAll(kept.cautions(survey.channels()));
    StartValues start = translated.values(network.weights());
    Map<String, String> ofNetwork = new HashMap<>(terms.settings());
    RunSetup outline = outline(trainer(ofNetwork, translated, start), survey, network.spark());
    FitLength length = FitLength.of(outline);
    ofNetwork.putAll(
        settings.rate(terms.updater(), network.iterations(), network.epochs(), length));
    cautions.addAll(terms.replaced());
    cautions.addAll(settings.differences(ofNetwork));
    int revived = outline.revivedChannels();
    if (revived > 0) {
      cautions.add(
          revived
              + " channels that the network lacks come back at once, with drawn weights: "
              + ConfigPrinter.spelling(outline.config().structure().strategy())
              + " does not begin with the channels that an earlier fit left, as shares and magnitude do");
    }
    cautions.forEach(listener::cautioned);

    FitProgress progress = new FitProgress(network, trainingListeners, length);
    io.coppice.spark.TrainingResult trained =
        trainer(ofNetwork, translated, start)
            .listener(new RunListeners(List.of(progress, listener)))
            .train(
                network.spark(), new MinibatchSource(data, survey.shape(), survey.classes(), kept));
    network.setWeights(translated.vector(whole(trained.model())));
    levels = kept;
    result = trained;
    progress.fitEnded();
  }

  private static void requireClasses(Dl4jNetwork translated, FeatureSurvey survey) {
    if (translated.network().classes() != survey.classes()) {
      throw new InvalidDataException(
          "the data to fit: expected labels of "
              + translated.network().classes()
              + " classes, as many as the network tells apart, found "
              + survey.classes());
    }
  }

  /** The levels that features are kept in: those of the first fit, of the range, or of the data. */
  private FeatureLevels levels(FeatureSurvey survey) {
    int channels = survey.shape().channels();
    FeatureLevels before = levels;
    if (before != null && before.channels() == channels) {
      return before;
    }
    if (least == null || largest == null) {
      return FeatureLevels.of(survey.channels());
    }
    if (least.length != 1 && least.length != channels) {
      throw new InvalidDataException(
          "the data to fit: expected features of "
              + least.length
              + " channels, as ranges were given for, found "
              + channels);
    }
    double[] low = new double[channels];
    double[] high = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      low[channel] = least[channel % least.length];
      high[channel] = largest[channel % largest.length];
    }
    return FeatureLevels.between(low, high);
  }

  private Trainer trainer(
      Map<String, String> ofNetwork, Dl4jNetwork translated, StartValues start) {
    Trainer trainer = Trainer.of(settings.config(ofNetwork)).network(translated.network(), start);
    return output.isEmpty() ? trainer : trainer.outputUnder(output);
  }

  private static RunSetup outline(Trainer trainer, FeatureSurvey survey, JavaSparkContext spark)
      throws IOException {
    return trainer.outline(
        DataSummary.notRead(
            "the data to fit",
            survey.shape(),
            CompactModel.numbered(survey.classes()),
            survey.examples()),
        new Configuration(spark.hadoopConfiguration()));
  }

  /** The numbers of the whole network, those of removed channels 0. */
  private static StartValues whole(CompactModel model) {
    CompactModel whole = model.widened(Mask.full(model.network().groupChannels()));
    return new StartValues(whole.parameters(), whole.statistics());
  }

  /** What the last fit came to, with all that Coppice knows of it. */
  public io.coppice.spark.TrainingResult result() {
    if (result == null) {
      throw new IllegalStateException("nothing was fitted yet; call fit of the network first");
    }
    return result;
  }

  /** Coppice's compact model of the last fit. It takes the levels of features, 0 to 255. */
  public CompactModel compactModel() {
    return result().model();
  }

  /**
   * The compact network of the last fit, which predicts what the fitted network does, from the same
   * features with rows and columns.
   */
  public ComputationGraph compactNetwork() {
    try {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      new Dl4jExporter().write(compactModel(), zip);
      return ModelSerializer.restoreComputationGraph(
          new ByteArrayInputStream(zip.toByteArray()), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void setListeners(@Nullable Collection<TrainingListener> listeners) {
    trainingListeners = listeners == null ? List.of() : List.copyOf(listeners);
  }

  /** The same: listeners are called on the driver, so that they need no router. */
  @Override
  public void setListeners(
      @Nullable StatsStorageRouter router, @Nullable Collection<TrainingListener> listeners) {
    setListeners(listeners);
  }

  /** The settings of fits, as far as they do not follow from the network. */
  @Override
  public String toJson() {
    return ConfigJson.of(config()).toPrettyString();
  }

  /** The same as a configuration file. */
  @Override
  public String toYaml() {
    return ConfigPrinter.print(config());
  }

  private RunConfig config() {
    return settings.config(Map.of());
  }

  /** Refused: what Coppice's tasks compute is no model of Deeplearning4j's. */
  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "hooks are called with a worker's network, and Coppice's tasks have none; use a TrainingListener, or"
            + " listener(...) of the builder");
  }

  /** Does nothing, as there are no hooks. */
  @Override
  public void removeHook(TrainingHook hook) {}

  /** Refused: there are no workers of Deeplearning4j's. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  /** Refused: there are no workers of Deeplearning4j's. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph network) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "Coppice's own tasks train, there are no workers of Deeplearning4j's; call fit");
  }

  /** Refused if it asks for statistics, whose times are those of workers. */
  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "Deeplearning4j's statistics are of its workers, of which there are none; every round's times are told to"
              + " listener(...) of the builder, and stand in metrics.jsonl below output(...)");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  /** None, see {@link #setCollectTrainingStats}. */
  @Override
  @SuppressWarnings("NullAway") // Deeplearning4j's way of saying so
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  /** There are none. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are none. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }
}
