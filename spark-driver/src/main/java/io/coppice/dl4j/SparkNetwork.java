package io.coppice.dl4j;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The network that is to be fitted, whether a graph or a list of layers. */
sealed interface SparkNetwork {

  JavaSparkContext spark();

  /** JSON of its configuration. */
  String configuration();

  /** Its layers, each with how it is trained. */
  List<NeuralNetConfiguration> layers();

  Model model();

  /** Steps that it was trained for until now. */
  int iterations();

  /** Passes over data that it was trained for until now. */
  int epochs();

  /** Says how long it was trained. */
  void count(int iterations, int epochs);

  /** Says what {@code getScore} gives, here and of the model. */
  void score(double loss);

  /** All weights, as {@code params()} has them. */
  default float[] weights() {
    return model().params().castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  /** Gives it other weights, in the order of {@link #weights}. */
  default void setWeights(float[] weights) {
    model()
        .setParams(
            Nd4j.createFromArray(weights)
                .reshape(1, weights.length)
                .castTo(model().params().dataType()));
  }

  /** A graph. */
  record Graph(SparkComputationGraph user) implements SparkNetwork {

    private ComputationGraph network() {
      return user.getNetwork();
    }

    @Override
    public JavaSparkContext spark() {
      return user.getSparkContext();
    }

    @Override
    public String configuration() {
      return network().getConfiguration().toJson();
    }

    @Override
    public List<NeuralNetConfiguration> layers() {
      return network().getConfiguration().getVertices().values().stream()
          .flatMap(
              vertex ->
                  vertex instanceof LayerVertex layer
                      ? Stream.of(layer.getLayerConf())
                      : Stream.empty())
          .toList();
    }

    @Override
    public Model model() {
      return network();
    }

    @Override
    public int iterations() {
      return network().getConfiguration().getIterationCount();
    }

    @Override
    public int epochs() {
      return network().getConfiguration().getEpochCount();
    }

    @Override
    public void count(int iterations, int epochs) {
      network().getConfiguration().setIterationCount(iterations);
      network().getConfiguration().setEpochCount(epochs);
    }

    @Override
    public void score(double loss) {
      network().setScore(loss);
      user.setScore(loss);
    }
  }

  /** A list of layers. */
  record Layers(SparkDl4jMultiLayer user) implements SparkNetwork {

    private MultiLayerNetwork network() {
      return user.getNetwork();
    }

    @Override
    public JavaSparkContext spark() {
      return user.getSparkContext();
    }

    @Override
    public String configuration() {
      return network().getLayerWiseConfigurations().toJson();
    }

    @Override
    public List<NeuralNetConfiguration> layers() {
      return network().getLayerWiseConfigurations().getConfs();
    }

    @Override
    public Model model() {
      return network();
    }

    @Override
    public int iterations() {
      return network().getLayerWiseConfigurations().getIterationCount();
    }

    @Override
    public int epochs() {
      return network().getLayerWiseConfigurations().getEpochCount();
    }

    @Override
    public void count(int iterations, int epochs) {
      network().getLayerWiseConfigurations().setIterationCount(iterations);
      network().getLayerWiseConfigurations().setEpochCount(epochs);
    }

    @Override
    public void score(double loss) {
      network().setScore(loss);
      user.setScore(loss);
    }
  }
}
