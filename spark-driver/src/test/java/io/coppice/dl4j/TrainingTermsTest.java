package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class TrainingTermsTest {

  private static final IUpdater NESTEROVS = new Nesterovs(0.05, 0.9);

  private static NeuralNetConfiguration.Builder with(IUpdater updater) {
    return SampleNetworks.builder(updater);
  }

  /** Of a network with biases and a batch norm. */
  private static TrainingTerms terms(NeuralNetConfiguration.Builder builder, String... given) {
    return TrainingTerms.of(
        SampleNetworks.list(builder, InputType.convolutional(28, 28, 1)).getConfs(), Set.of(given));
  }

  private static MultiLayerConfiguration withoutNorms(
      NeuralNetConfiguration.Builder builder, IUpdater ofFirst) {
    return builder
        .list()
        .layer(
            new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .name("first")
                .updater(ofFirst)
                .activation(Activation.RELU)
                .build())
        .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutional(8, 8, 1))
        .build();
  }

  private static void assertRefused(TrainingTerms terms, String... texts) {
    assertThat(terms.problems()).hasSize(1);
    assertThat(terms.problems().get(0)).contains(texts);
  }

  @Test
  void of_updaters_areMomentumAndItsKind() {
    assertThat(terms(with(NESTEROVS).l2(1e-3)).settings())
        .isEqualTo(
            Map.of(
                "training.momentum", "0.9",
                "training.nesterov", "true",
                "training.weightDecay", "0.001",
                "training.decayed", "kernels"));
    TrainingTerms sgd = terms(with(new Sgd(0.3)));
    assertThat(sgd.settings())
        .containsEntry("training.momentum", "0.0")
        .containsEntry("training.nesterov", "false")
        .containsEntry("training.weightDecay", "0.0");
    assertThat(sgd.problems()).isEmpty();
    assertThat(sgd.updater()).isEqualTo(new Sgd(0.3));
  }

  @Test
  void of_otherUpdaters_refusedByName() {
    assertRefused(terms(with(new RmsProp(0.1))), "RmsProp(", "training.momentum");
    assertRefused(terms(with(new RmsProp(0.1)), "training.learningRate"), "RmsProp(");
    TrainingTerms replaced =
        terms(with(new RmsProp(0.1)), "training.learningRate", "training.momentum");
    assertThat(replaced.problems()).isEmpty();
    assertThat(replaced.replaced()).singleElement().asString().contains("RmsProp(");
    assertThat(replaced.updater()).isNull();
    MapSchedule momenta =
        new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0.5).add(2, 0.9).build();
    assertRefused(terms(with(new Nesterovs(0.1, momenta))), "a momentum that changes");
    assertThat(terms(with(new Nesterovs(0.1, momenta)), "training.momentum").problems()).isEmpty();
  }

  @Test
  void of_updatersThatDiffer_refusedNamingBoth() {
    assertRefused(
        TrainingTerms.of(withoutNorms(with(NESTEROVS), new Sgd(0.1)).getConfs(), Set.of()),
        "first.W: Sgd(",
        "Nesterovs(");
    assertRefused(terms(with(NESTEROVS).biasUpdater(new Sgd(0.1))), "updaters that differ");
  }

  @Test
  void of_decayOfBiases_onlyWhereThereIsNoNorm() {
    assertRefused(terms(with(NESTEROVS).l2(1e-3).l2Bias(1e-3)), "beside batch norms");
    assertThat(
            TrainingTerms.of(
                    withoutNorms(with(NESTEROVS).l2(1e-3).l2Bias(1e-3), NESTEROVS).getConfs(),
                    Set.of())
                .settings())
        .containsEntry("training.decayed", "all");
    assertRefused(
        TrainingTerms.of(
            withoutNorms(with(NESTEROVS).l2(1e-3).l2Bias(1e-4), NESTEROVS).getConfs(), Set.of()),
        "l2 of biases [1.0E-4] beside that of weights [0.001]");
  }

  @Test
  void of_otherRegularisation_refusedUnlessItIsTheSame() {
    assertRefused(terms(with(NESTEROVS).l1(1e-3)), "L1Regularization", "training.weightDecay");
    assertRefused(terms(with(NESTEROVS).weightDecay(1e-3, true)), "WeightDecay");
    assertRefused(terms(with(new Sgd(0.1)).weightDecay(1e-3, false)), "WeightDecay");
    assertThat(terms(with(new Sgd(0.1)).weightDecay(1e-3, true)).settings())
        .as("Deeplearning4j gives every layer a decay that is set for all of them twice")
        .containsEntry("training.weightDecay", "0.002");
    assertThat(terms(with(NESTEROVS).l1(1e-3), "training.weightDecay").problems()).isEmpty();
  }

  @Test
  void of_whatElseTrainsOtherwise_refusedByName() {
    NeuralNetConfiguration.Builder clipped =
        with(NESTEROVS).gradientNormalization(GradientNormalization.ClipL2PerLayer);
    assertRefused(terms(clipped), "ClipL2PerLayer", "set training.gradientNorm");
    assertThat(terms(clipped, "training.gradientNorm").replaced()).hasSize(1);
    assertRefused(terms(with(NESTEROVS).miniBatch(false)), "miniBatch(false)");
    assertRefused(
        terms(with(NESTEROVS).optimizationAlgo(OptimizationAlgorithm.LBFGS)), "optimizationAlgo");
  }
}
