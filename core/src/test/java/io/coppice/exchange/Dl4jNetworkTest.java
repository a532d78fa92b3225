package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.compact.CompactNetwork;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

class Dl4jNetworkTest {

  @Property(tries = 40)
  void vector_valuesOfARandomGraphsWeights_areTheseWeights(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    RandomDl4jNetwork drawn = new RandomDl4jNetwork(random, false);
    ComputationGraph graph = new ComputationGraph(drawn.graph());
    graph.init();
    RandomDl4jNetwork.fill(graph.paramTable(), random);
    Dl4jNetwork network = Dl4jNetwork.read(graph.getConfiguration().toJson(), "net", drawn.image());
    float[] weights = graph.params().dup().data().asFloat();
    assertThat(network.vector(network.values(weights)))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(weights);
  }

  @Test
  void flattenedImage_configurationThatUnflattens_isItsShape() {
    assertThat(Dl4jNetwork.flattenedImage(list(InputType.convolutionalFlat(8, 7, 3)).toJson()))
        .contains(new Shape(3, 8, 7));
    assertThat(Dl4jNetwork.flattenedImage(list(InputType.convolutional(8, 7, 3)).toJson()))
        .isEmpty();
  }

  @Test
  void values_numbersThatCannotBe_refused() {
    Dl4jNetwork network =
        Dl4jNetwork.read(
            list(InputType.convolutional(8, 7, 3)).toJson(), "net", new Shape(3, 8, 7));
    float[] weights = new float[CompactNetwork.dense(network.network()).parameters().size()];
    Arrays.fill(weights, 0.5f);
    weights[1] = Float.NaN;
    assertThatThrownBy(() -> network.values(weights))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> network.values(new float[3]))
        .hasMessageContaining("weights as the configuration says, found 3");
  }

  private static MultiLayerConfiguration list(InputType input) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build())
        .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(input)
        .build();
  }
}
