package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.structure.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Programs of Deeplearning4j on Spark, in which nothing but the master is another one. */
class ChannelSparseTrainingMasterTest {

  private static final int IMAGES = 300;

  /** Rounds of an epoch: a tenth is held back, two shards take 24 images each. */
  private static final int ROUNDS = 5;

  private static JavaSparkContext spark;
  private static List<DataSet> minibatches;
  private static JavaRDD<DataSet> data;

  @BeforeAll
  static void start() throws IOException {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    minibatches = SampleNetworks.minibatches(IMAGES);
    data = spark.parallelize(minibatches, 3).cache();
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static ChannelSparseTrainingMaster.Builder builder() {
    return ChannelSparseTrainingMaster.builder()
        .budget("0.5")
        .batchSize(48)
        .setting("structure.granularity", "2")
        .setting("finish.candidates", "2")
        .setting("finish.statisticsBatches", "3");
  }

  /** Everything that a master and a network tell of fits. */
  private static final class Recorder extends BaseTrainingListener implements RunListener {
    private final List<RoundReport> rounds = new ArrayList<>();
    private final List<String> cautions = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();

    @Override
    public void roundEnded(RoundReport report) {
      rounds.add(report);
    }

    @Override
    public void cautioned(String reason) {
      cautions.add(reason);
    }

    @Override
    public void onEpochStart(Model model) {
      told.add("start");
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      told.add(epoch + "." + iteration);
      scores.add(model.score());
    }

    @Override
    public void onEpochEnd(Model model) {
      told.add("end");
    }
  }

  @Test
  void fit_graph_hasWhatTheCompactNetworkComputes() {
    Recorder recorder = new Recorder();
    ChannelSparseTrainingMaster master = builder().epochs(8).listener(recorder).build();
    SparkComputationGraph user = new SparkComputationGraph(spark, SampleNetworks.graph(), master);
    user.setListeners(recorder);
    double before = user.calculateScore(data, true);
    ComputationGraph network = user.fit(data);

    assertThat(recorder.rounds).hasSize(8 * ROUNDS).allMatch(round -> round.learningRate() == 0.05);
    assertThat(recorder.cautions).isEmpty();
    assertThat(recorder.scores)
        .containsExactlyElementsOf(recorder.rounds.stream().map(RoundReport::loss).toList());
    assertThat(recorder.told)
        .hasSize(8 * (ROUNDS + 2))
        .startsWith("start", "0.0")
        .endsWith("7.39", "end");
    assertThat(user.getScore())
        .isEqualTo(recorder.scores.get(39))
        .isLessThan(recorder.scores.get(0));
    assertThat(network.getConfiguration().getIterationCount()).isEqualTo(8 * ROUNDS);
    assertThat(network.getEpochCount()).isEqualTo(8);
    assertThat(user.calculateScore(data, true)).isLessThan(0.8 * before);

    RunConfig config = master.result().setup().config();
    assertThat(config.training().momentum()).isEqualTo(0.9);
    assertThat(config.training().nesterov()).isTrue();
    assertThat(config.training().weightDecay()).isEqualTo(1e-4);
    CompactModel model = master.compactModel();
    assertThat(model.mask()).isNotEqualTo(Mask.full(model.network().groupChannels()));
    INDArray images = minibatches.get(0).getFeatures();
    INDArray whole = network.outputSingle(images);
    assertSame(master.compactNetwork().outputSingle(images), whole);
    float[] levels = images.mul(255).dup('c').data().asFloat();
    for (int image = 0; image < 25; image++) {
      assertThat(model.predict(levels).probabilities(image))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(whole.getRow(image).dup().data().asFloat());
    }
    double accuracy = user.evaluate(data).accuracy();
    assertThat(accuracy).isGreaterThan(0.4);
    assertThat(accuracy).isEqualTo(accuracy(network), within(1e-9));
  }

  private static double accuracy(ComputationGraph network) {
    long right = 0;
    for (DataSet minibatch : minibatches) {
      INDArray found = network.outputSingle(minibatch.getFeatures()).argMax(1);
      right +=
          found
              .eq(minibatch.getLabels().argMax(1))
              .castTo(found.dataType())
              .sumNumber()
              .longValue();
    }
    return right / (double) IMAGES;
  }

  private static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.dup('c').data().asFloat())
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(expected.dup('c').data().asFloat());
  }

  @Test
  void fit_listOfFlattenedImages_hasWhatTheCompactNetworkComputes() {
    JavaRDD<DataSet> flattened =
        data.map(
            each ->
                new DataSet(
                    each.getFeatures().dup('c').reshape(each.numExamples(), 784),
                    each.getLabels()));
    ChannelSparseTrainingMaster master = builder().epochs(4).build();
    SparkDl4jMultiLayer user =
        new SparkDl4jMultiLayer(
            spark,
            SampleNetworks.list(
                SampleNetworks.builder(new Sgd(0.1)), InputType.convolutionalFlat(28, 28, 1)),
            master);
    double before = user.calculateScore(flattened, true);
    MultiLayerNetwork network = user.fit(flattened);
    assertThat(user.calculateScore(flattened, true)).isLessThan(before);
    assertThat(network.getLayerWiseConfigurations().getIterationCount()).isEqualTo(4 * ROUNDS);
    assertThat(network.getEpochCount()).isEqualTo(4);
    assertThat(master.result().setup().config().training().momentum()).isZero();
    INDArray images = minibatches.get(0).getFeatures();
    assertSame(
        master.compactNetwork().outputSingle(images),
        network.output(images.dup('c').reshape(25, 784)));
    assertThat(user.evaluate(flattened).accuracy()).isGreaterThan(0.2);
  }

  /**
   * Where all images but one that is held back are one minibatch, Deeplearning4j's own steps are
   * known: updater, decay, batch norm's scale and shift go the same way. Of two images many times,
   * it is one of the two that is held back.
   */
  @Test
  void fit_allChannelsOnOneMinibatch_takesDeeplearning4jsOwnSteps() {
    List<DataSet> images = minibatches.get(0).asList();
    DataSet one =
        new DataSet(images.get(3).getFeatures(), Nd4j.createFromArray(new float[][] {{1, 0}}));
    DataSet other =
        new DataSet(images.get(4).getFeatures(), Nd4j.createFromArray(new float[][] {{0, 1}}));
    for (IUpdater updater : new IUpdater[] {new Nesterovs(0.02, 0.9), new Sgd(0.05)}) {
      MultiLayerConfiguration configuration =
          SampleNetworks.list(
              SampleNetworks.builder(updater).l2(0.05), InputType.convolutional(28, 28, 1), 2);
      SparkDl4jMultiLayer user =
          new SparkDl4jMultiLayer(
              spark,
              configuration.clone(),
              builder()
                  .epochs(4)
                  .shards(1)
                  .batchSize(49)
                  .setting("structure.strategy", "dense")
                  .setting("finish.heldBack", "0.02")
                  .build());
      MultiLayerNetwork ours = user.fit(spark.parallelize(List.of(mixed(one, 25, other, 25)), 1));
      assertThat(ours.getLayerWiseConfigurations().getIterationCount()).isEqualTo(4);
      assertThat(
              Math.min(
                  difference(ours, configuration, mixed(one, 24, other, 25)),
                  difference(ours, configuration, mixed(one, 25, other, 24))))
          .as("%s", updater)
          .isLessThan(2e-3);
    }
  }

  private static DataSet mixed(DataSet one, int ofOne, DataSet other, int ofOther) {
    List<DataSet> all = new ArrayList<>(Collections.nCopies(ofOne, one));
    all.addAll(Collections.nCopies(ofOther, other));
    return DataSet.merge(all);
  }

  /** The largest difference of a parameter from Deeplearning4j's, as a share of its way. */
  private static double difference(
      MultiLayerNetwork ours, MultiLayerConfiguration configuration, DataSet minibatch) {
    MultiLayerNetwork theirs = new MultiLayerNetwork(configuration.clone());
    theirs.init();
    MultiLayerNetwork before = theirs.clone();
    for (int step = 0; step < 4; step++) {
      theirs.fit(minibatch);
    }
    return theirs.paramTable().entrySet().stream()
        .filter(entry -> !entry.getKey().matches(".*_(mean|var|log10stdev)"))
        .mapToDouble(
            entry ->
                ours.getParam(entry.getKey()).distance2(entry.getValue())
                    / before.getParam(entry.getKey()).distance2(entry.getValue()))
        .max()
        .orElseThrow();
  }

  @Test
  void fit_dataSetsOrMultiDataSetsOrFilesOfThem_sameBits(@TempDir Path files) throws IOException {
    INDArray ofDataSets = graph(builder().build()).fit(data).params();
    assertThat(graph(builder().build()).fit(data.repartition(2)).params()).isEqualTo(ofDataSets);
    JavaRDD<MultiDataSet> multi = data.map(DataSet::toMultiDataSet);
    assertThat(graph(builder().build()).fitMultiDataSet(multi).params()).isEqualTo(ofDataSets);
    for (int i = 0; i < minibatches.size(); i++) {
      minibatches.get(i).save(files.resolve(i + ".bin").toFile());
    }
    assertThat(graph(builder().build()).fit(files.toUri().toString()).params())
        .isEqualTo(ofDataSets);
    assertThat(graph(builder().seed(2).build()).fit(data).params()).isNotEqualTo(ofDataSets);
  }

  private static SparkComputationGraph graph(ChannelSparseTrainingMaster master) {
    return new SparkComputationGraph(spark, SampleNetworks.graph(), master);
  }

  @Test
  void fit_again_beginsWithTheWeightsAndTheChannelsThatAreLeft() {
    ChannelSparseTrainingMaster first =
        builder().epochs(6).setting("structure.strategy", "random").build();
    SparkComputationGraph user = graph(first);
    user.fit(data);
    Mask left = first.compactModel().mask();
    double reached = user.calculateScore(data, true);
    ComputationGraph network = user.getNetwork();

    for (String strategy : new String[] {"shares", "magnitude"}) {
      Recorder recorder = new Recorder();
      ChannelSparseTrainingMaster second =
          builder()
              .listener(recorder)
              .setting("structure.strategy", strategy)
              .setting("structure.ranking.across", "network")
              .setting("structure.duration", "0.0")
              .build();
      user = new SparkComputationGraph(spark, network.clone(), second);
      user.fit(data);
      user.fit(data);
      assertThat(second.compactModel().mask()).as(strategy).isEqualTo(left);
      assertThat(recorder.rounds.get(0).loss()).isEqualTo(reached, within(0.5 * reached));
      assertThat(recorder.cautions).isEmpty();
      assertThat(user.getNetwork().getConfiguration().getIterationCount()).isEqualTo(2 * ROUNDS);
      assertThat(user.getNetwork().getEpochCount()).isEqualTo(2);
    }

    Recorder recorder = new Recorder();
    ChannelSparseTrainingMaster uniform =
        builder().listener(recorder).setting("structure.strategy", "uniform").build();
    new SparkComputationGraph(spark, network.clone(), uniform).fit(data);
    assertThat(recorder.cautions)
        .singleElement()
        .asString()
        .contains("channels that the network lacks come back at once", "uniform does not begin");
  }

  @Test
  void fit_scheduleThatCoppiceHas_everyRoundHasItsRate() {
    ISchedule schedule = new RampSchedule(new FixedSchedule(0.05), 8);
    Recorder recorder = new Recorder();
    fit(
        SampleNetworks.graph(SampleNetworks.builder(new Nesterovs(schedule, 0.8))),
        builder().epochs(3).listener(recorder));
    assertThat(recorder.rounds).hasSize(3 * ROUNDS);
    for (RoundReport round : recorder.rounds) {
      assertThat(round.learningRate())
          .isEqualTo(schedule.valueAt((int) round.round(), round.epoch()), within(1e-12));
    }
  }

  @Test
  void fit_scheduleByEpochsInFitsOfOne_goesOnThroughThem() {
    ISchedule schedule = new StepSchedule(ScheduleType.EPOCH, 0.05, 0.5, 1);
    Recorder recorder = new Recorder();
    SparkComputationGraph user =
        new SparkComputationGraph(
            spark,
            SampleNetworks.graph(SampleNetworks.builder(new Sgd(schedule))),
            builder().listener(recorder).build());
    user.fit(data);
    user.fit(data);
    assertThat(recorder.rounds.stream().map(RoundReport::learningRate).distinct())
        .containsExactly(0.05, 0.025);
  }

  private static ChannelSparseTrainingMaster fit(
      ComputationGraphConfiguration configuration, ChannelSparseTrainingMaster.Builder builder) {
    ChannelSparseTrainingMaster master = builder.build();
    new SparkComputationGraph(spark, configuration, master).fit(data);
    return master;
  }

  @Test
  void fit_whatHasNoEqual_refusedByNameUnlessSettingsTakeItsPlace() {
    ComputationGraphConfiguration adam =
        SampleNetworks.graph(SampleNetworks.builder(new Adam(0.001)));
    assertThatThrownBy(() -> fit(adam, builder()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Adam(learningRate=0.001")
        .hasMessageContaining(
            "expected Sgd or Nesterovs; change it, or set training.learningRate and training.momentum");
    Recorder recorder = new Recorder();
    ChannelSparseTrainingMaster master =
        fit(
            adam,
            builder()
                .listener(recorder)
                .setting("training.learningRate", "0.03")
                .setting("training.momentum", "0.7"));
    assertThat(recorder.cautions)
        .singleElement()
        .asString()
        .contains("training.learningRate and training.momentum as set, in place of", "Adam");
    assertThat(master.result().setup().config().training().momentum()).isEqualTo(0.7);

    ISchedule exponential = new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9);
    assertThatThrownBy(
            () ->
                fit(SampleNetworks.graph(SampleNetworks.builder(new Sgd(exponential))), builder()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "ExponentialSchedule", "over the 5 iterations", "set training.learningRate");
  }

  @Test
  void fit_settingThatSaysOtherwiseThanTheNetwork_holdsWithACaution() {
    Recorder recorder = new Recorder();
    fit(
        SampleNetworks.graph(),
        builder()
            .listener(recorder)
            .setting("training.momentum", "0.5")
            .setting("training.nesterov", "true"));
    assertThat(recorder.cautions)
        .containsExactly("training.momentum is 0.5 as set, not 0.9 as the network says");
  }

  @Test
  void fit_dataThatCannotBeRight_refusedNamingTheFirst() {
    DataSet noLabels = new DataSet(minibatches.get(0).getFeatures(), null);
    JavaRDD<DataSet> some = data.union(spark.parallelize(List.of(noLabels), 1));
    assertThatThrownBy(() -> graph(builder().build()).fit(some))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("1 element that cannot be learned from")
        .hasMessageContaining("partition 3, element 0: expected labels, found none");
    assertThatThrownBy(() -> graph(builder().range(0, 0.5).build()).fit(data))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("expected features of channel 0 from 0.0 to 0.5,")
        .hasMessageContaining("say what may come by range(least, largest)");
  }

  @Test
  void fit_dataThatDiffers_refused() {
    DataSet first = minibatches.get(0);
    DataSet cut = new DataSet(first.getFeatures().reshape(25, 1, 14, 56), first.getLabels());
    JavaRDD<DataSet> twoShapes = spark.parallelize(List.of(first, cut), 2);
    assertThatThrownBy(() -> graph(builder().build()).fit(twoShapes))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining(
            "expected features of 1x28x28 and labels of 10 classes as before, found 1x14x56");
    DataSet more = new DataSet(first.getFeatures(), Nd4j.eye(25));
    assertThatThrownBy(() -> graph(builder().build()).fit(spark.parallelize(List.of(more))))
        .hasMessageContaining(
            "expected labels of 10 classes, as many as the network tells apart, found 25");
    assertThatThrownBy(() -> graph(builder().build()).fit(spark.<DataSet>emptyRDD()))
        .hasMessageContaining("expected examples, found none");
    assertThatThrownBy(
            () -> graph(builder().ranges(new double[3], new double[] {1, 1, 1}).build()).fit(data))
        .hasMessageContaining("expected features of 3 channels, as ranges were given for, found 1");
  }

  @Test
  void fit_withFineTuning_countsItsEpochsToo() {
    Recorder recorder = new Recorder();
    SparkComputationGraph user =
        graph(builder().epochs(2).setting("finish.fineTuneEpochs", "2").build());
    user.setListeners(recorder);
    INDArray[] atEnd = new INDArray[1];
    user.setListeners(
        recorder,
        new BaseTrainingListener() {
          @Override
          public void onEpochEnd(Model model) {
            atEnd[0] = model.params().dup();
          }
        });
    INDArray trained = user.fit(data).params();
    assertThat(atEnd[0]).as("the last epoch ends with the weights").isEqualTo(trained);
    assertThat(user.getNetwork().getEpochCount()).isEqualTo(4);
    assertThat(user.getNetwork().getConfiguration().getIterationCount()).isEqualTo(4 * ROUNDS);
    assertThat(recorder.told)
        .hasSize(4 * (ROUNDS + 2))
        .contains("1.9", "2.10", "3.19")
        .endsWith("end");
  }

  @Test
  void fit_featuresBetweenLevels_keptWithACaution() {
    JavaRDD<DataSet> skewed =
        data.map(
            each -> {
              INDArray features = each.getFeatures();
              return new DataSet(features.mul(features).addi(features), each.getLabels());
            });
    Recorder recorder = new Recorder();
    graph(builder().range(0, 2).listener(recorder).build()).fit(skewed);
    assertThat(recorder.cautions)
        .singleElement()
        .asString()
        .contains("kept in 256 levels from 0.0 to 2.0: they are rounded by up to 0.0039");
  }

  @Test
  void fit_withOutput_isReadBackByTheSameProgram(@TempDir Path output) throws IOException {
    List<String> complete = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void wasComplete(String directory) {
            complete.add(directory);
          }
        };
    INDArray[] ends = new INDArray[2];
    for (int time = 0; time < 2; time++) {
      SparkComputationGraph user =
          graph(builder().output(output.toString()).listener(listener).build());
      user.fit(data);
      ends[time] = user.fit(data).params();
    }
    assertThat(ends[1]).isEqualTo(ends[0]);
    assertThat(complete).hasSize(2);
    try (Stream<Path> runs = Files.list(output)) {
      assertThat(runs).hasSize(2).allMatch(run -> Files.exists(run.resolve("model/compact.zip")));
    }
  }

  @Test
  void build_keysThatMeanNothingHere_refused() {
    assertThatThrownBy(
            () -> builder().setting("network.name", "vgg16").setting("data.path", "x").build())
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "'network.name' means nothing here", "'data.path' means nothing here");
    assertThatThrownBy(() -> builder().setting("structure.budgt", "0.3").build())
        .hasMessageContaining("structure.budget");
    assertThatThrownBy(() -> builder().range(1, 1))
        .hasMessageContaining("the least smaller than the largest");
  }

  @Test
  void master_whatIsOfWorkers_refusedWithWhatToDo() {
    ChannelSparseTrainingMaster master = builder().build();
    SparkComputationGraph user = graph(master);
    assertThatThrownBy(() -> user.setCollectTrainingStats(true))
        .hasMessageContaining("metrics.jsonl");
    user.setCollectTrainingStats(false);
    assertThat(user.getSparkTrainingStats()).isNull();
    assertThatThrownBy(() -> master.addHook(new Hook())).hasMessageContaining("TrainingListener");
    assertThatThrownBy(() -> master.getWorkerInstance(user)).hasMessageContaining("call fit");
    assertThatThrownBy(master::compactModel).hasMessageContaining("nothing was fitted yet");
    assertThat(master.deleteTempFiles(spark)).isTrue();
    RunConfig config = ConfigReader.read("yaml", master.toYaml(), Map.of());
    assertThat(config.training().batchSize()).isEqualTo(48);
    assertThat(config.data().flip()).isFalse();
    assertThat(master.toJson().toLowerCase(Locale.ROOT)).contains("\"batchsize\" : 48");
  }

  private static final class Hook implements TrainingHook {
    private static final long serialVersionUID = 1L;

    @Override
    public void preUpdate(org.nd4j.linalg.dataset.api.DataSet minibatch, Model model) {}

    @Override
    public void postUpdate(org.nd4j.linalg.dataset.api.DataSet minibatch, Model model) {}

    @Override
    public void preUpdate(MultiDataSet minibatch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet minibatch, Model model) {}
  }
}
