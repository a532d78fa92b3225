package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigReader;
import io.coppice.config.EnvironmentReference;
import io.coppice.config.RunConfig;
import io.coppice.exchange.NetworkFile.Content;
import io.coppice.exchange.StartValues;
import io.coppice.network.Network;
import io.coppice.report.RunListener;
import io.coppice.shards.DataSummary;
import io.coppice.source.ImageSource;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Trains channel-sparse networks on a Spark cluster, from any program:
 *
 * <pre>{@code
 * TrainingResult result =
 *     Trainer.of(Map.of("network.name", "resnet20", "structure.budget", "0.25"))
 *         .output("hdfs:///models/run7")
 *         .train(spark, FileSource.of("hdfs:///data/cifar10"));
 * }</pre>
 *
 * <p>Without an output directory nothing is kept. With one, a training keeps checkpoints there,
 * goes on from the last of them when it is started again, and leaves its models.
 *
 * <p>Immutable: every method gives another trainer. One trainer may train several times, also at
 * once in several threads.
 */
public final class Trainer {

  private final RunConfig config;
  private final String output;

  /** Whether {@link #output} holds directories of runs, and this one's is named by what it is. */
  private final boolean namedByRun;

  private final boolean takeOver;
  private final RunListener listener;

  /** What a listener should know of the settings. */
  private final List<String> cautions;

  private final @Nullable NetworkSource network;

  private Trainer(
      RunConfig config,
      String output,
      boolean namedByRun,
      boolean takeOver,
      RunListener listener,
      List<String> cautions,
      @Nullable NetworkSource network) {
    this.config = config;
    this.output = output;
    this.namedByRun = namedByRun;
    this.takeOver = takeOver;
    this.listener = listener;
    this.cautions = cautions;
    this.network = network;
  }

  /** A trainer of what a configuration describes, in the directory that it names, if any. */
  public static Trainer of(RunConfig config) {
    return new Trainer(config, config.output(), false, false, RunListener.NONE, List.of(), null);
  }

  /**
   * A trainer of what some settings describe. Its listener is cautioned of keys under an old name.
   *
   * @param settings keys as in a configuration file, such as {@code training.epochs}; all others
   *     keep their defaults
   * @throws ConfigException naming every wrong key and value
   */
  public static Trainer of(Map<String, String> settings) {
    List<String> cautions = new ArrayList<>();
    RunConfig config =
        ConfigReader.read("settings of the trainer", "", Map.of(), settings, cautions::add);
    return new Trainer(
        config, config.output(), false, false, RunListener.NONE, List.copyOf(cautions), null);
  }

  /**
   * The same with an output directory.
   *
   * @param directory new or empty, or one of the same run; a path of any Hadoop file system
   */
  public Trainer output(String directory) {
    return new Trainer(config, directory, false, takeOver, listener, cautions, network);
  }

  /**
   * The same with an output directory below another one, named by network and {@linkplain
   * io.coppice.storage.RunIdentity identity} of the run: so that one trainer may train on many data
   * sets, and each goes on where it was stopped. It is found once the images were read.
   *
   * @param parent holds such directories; a path of any Hadoop file system
   */
  public Trainer outputUnder(String parent) {
    return new Trainer(config, parent, true, takeOver, listener, cautions, network);
  }

  /**
   * The same, which takes its directory from a run on another machine that shows no sign of life
   * for 90 seconds.
   */
  public Trainer takingOver() {
    return new Trainer(config, output, namedByRun, true, listener, cautions, network);
  }

  /** The same for a network that the program made, whatever the configuration names. */
  public Trainer network(Network newNetwork) {
    return network(NetworkSource.given(newNetwork));
  }

  /**
   * The same for a network that the program made, with the weights that the training starts from. A
   * channel of which all of them are 0 counts as removed.
   */
  public Trainer network(Network newNetwork, StartValues start) {
    return network(NetworkSource.given(new Content(newNetwork, start, List.of())));
  }

  private Trainer network(NetworkSource newNetwork) {
    return new Trainer(config, output, namedByRun, takeOver, listener, cautions, newNetwork);
  }

  /** The same with a listener, which hears of every training. */
  public Trainer listener(RunListener newListener) {
    return new Trainer(config, output, namedByRun, takeOver, newListener, cautions, network);
  }

  /**
   * Trains a network.
   *
   * @param spark on whose executors
   * @param images to train on and to measure the result by
   * @throws io.coppice.data.InvalidDataException if the images are not what they should be
   * @throws ConfigException if the configuration does not fit the data or the executors; nothing
   *     was started
   * @throws io.coppice.train.DivergedException if the training diverges and the configuration wants
   *     it to stop
   * @throws TaskFailedException if a task fails by itself: a bug
   * @throws ClusterLostException if the executors do not do their work; also in a local session
   *     whose process was suspended for longer than {@code spark.network.timeout}, which {@link
   *     SparkSettings#apply} makes long enough when the session is made
   * @throws io.coppice.storage.OutputInUseException if the directory belongs to another run
   * @throws io.coppice.storage.UnusableCheckpointException if the checkpoints there are damaged or
   *     of another run
   * @throws IOException if a file cannot be read or written
   */
  public TrainingResult train(JavaSparkContext spark, ImageSource images) throws IOException {
    try (Training training = prepare(images, spark.hadoopConfiguration())) {
      return training.run(spark);
    }
  }

  /** The same as {@link #train(JavaSparkContext, ImageSource)}. */
  public TrainingResult train(SparkContext spark, ImageSource images) throws IOException {
    return train(JavaSparkContext.fromSparkContext(spark), images);
  }

  /**
   * Works the run out from what is known of its images, without reading any and without Spark.
   *
   * @param data such as {@link DataSummary#notRead}
   * @param hadoop for the network's file, and that of the network to start from
   * @throws ConfigException if configuration, network and images do not fit together
   */
  public RunSetup outline(DataSummary data, Configuration hadoop) throws IOException {
    return RunSetup.of(
        config, data, networkSource(hadoop), startSource(hadoop), timesSource(hadoop));
  }

  private NetworkSource networkSource(Configuration hadoop) throws IOException {
    return network == null ? NetworkSource.of(config, hadoop) : network;
  }

  private @Nullable StartSource startSource(Configuration hadoop) throws IOException {
    return StartSource.isIn(config) ? StartSource.of(config, hadoop) : null;
  }

  private @Nullable TimesSource timesSource(Configuration hadoop) throws IOException {
    return TimesSource.isIn(config) ? TimesSource.of(config, hadoop) : null;
  }

  /**
   * Does all that a training does before its first round: reads all images once and works the run
   * out, but trains nothing and touches no output directory.
   *
   * @throws io.coppice.data.InvalidDataException if the images are not what they should be
   * @throws ConfigException if the configuration does not fit the data or the executors
   * @throws IOException if the images cannot be read
   */
  public RunSetup validate(JavaSparkContext spark, ImageSource images) throws IOException {
    try (Training training = output("").prepare(images, spark.hadoopConfiguration())) {
      return training.validate(spark);
    }
  }

  /**
   * Checks what can be checked without Spark and without the images, and starts nothing. What it
   * returns is to be closed.
   *
   * @param hadoop for file systems; is not changed
   * @throws ConfigException if there is no such network, or none to start from
   * @throws io.coppice.storage.OutputInUseException if the directory holds anything that no run
   *     leaves
   */
  public Training prepare(ImageSource images, Configuration hadoop) throws IOException {
    Configuration withSettings = new Configuration(hadoop);
    EnvironmentReference.resolve("hadoop", config.hadoop(), System.getenv())
        .forEach(withSettings::set);
    NetworkSource source = networkSource(withSettings);
    StartSource start = startSource(withSettings);
    TimesSource times = timesSource(withSettings);
    cautions.forEach(listener::cautioned);
    if (start != null) {
      start.cautions().forEach(listener::cautioned);
    }
    if (times != null) {
      times.cautions(config).forEach(listener::cautioned);
    }
    RunDirectory directory =
        output.isEmpty() || namedByRun ? null : RunDirectory.open(output, withSettings);
    return new Training(
        config,
        images,
        source,
        start,
        times,
        withSettings,
        directory,
        namedByRun ? output : null,
        takeOver,
        listener);
  }
}
