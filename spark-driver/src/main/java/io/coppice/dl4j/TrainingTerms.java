package io.coppice.dl4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * How a Deeplearning4j configuration says that it is trained, in settings of Coppice's. What has no
 * equal there is refused by its name, unless settings that were given take its place:
 *
 * <ul>
 *   <li>{@code Sgd} and {@code Nesterovs}, the same for all weights, are {@code training.momentum}
 *       and {@code training.nesterov}. Other updaters need both {@code training.learningRate} and
 *       {@code training.momentum}.
 *   <li>{@code l2} of all layers is {@code training.weightDecay} of the kernels, or of all where
 *       biases have it too and there is no batch norm. {@code weightDecay} is the same thing
 *       without momentum.
 *   <li>Normalised gradients need {@code training.gradientNorm}.
 * </ul>
 */
final class TrainingTerms {

  static final String LEARNING_RATE = "training.learningRate";
  static final String SCHEDULE = "training.schedule";

  private static final String MOMENTUM = "training.momentum";
  private static final String NESTEROV = "training.nesterov";
  private static final String WEIGHT_DECAY = "training.weightDecay";
  private static final String DECAYED = "training.decayed";
  private static final String GRADIENT_NORM = "training.gradientNorm";

  /** What a parameter is to regularisation. */
  private enum Role {
    WEIGHT,
    BIAS,
    OF_NORM
  }

  private record Parameter(String where, Role role, IUpdater updater, List<Regularization> decay) {}

  private final List<NeuralNetConfiguration> layers;
  private final Set<String> given;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> replaced = new ArrayList<>();
  private @Nullable IUpdater updater;

  private TrainingTerms(List<NeuralNetConfiguration> layers, Set<String> given) {
    this.layers = layers;
    this.given = given;
  }

  /**
   * Reads them.
   *
   * @param layers of the network
   * @param given keys of the settings that were given, which take the place of what the network
   *     says
   */
  static TrainingTerms of(List<NeuralNetConfiguration> layers, Set<String> given) {
    TrainingTerms terms = new TrainingTerms(layers, given);
    terms.readLayers();
    terms.readUpdater();
    terms.readDecay();
    terms.readGradients();
    return terms;
  }

  /** What it says in settings, but for the learning rate. */
  Map<String, String> settings() {
    return settings;
  }

  /** What has no equal, each with what to do about it. */
  List<String> problems() {
    return problems;
  }

  /** What has no equal, but settings in its place. */
  List<String> replaced() {
    return replaced;
  }

  /** Something that has no equal is a problem unless settings are given in its place. */
  private void refuse(String what, String... inPlace) {
    if (given.containsAll(Set.of(inPlace))) {
      replaced.add(
          String.join(" and ", inPlace) + " as set, in place of what the network says: " + what);
    } else {
      problems.add(what + "; change it, or set " + String.join(" and ", inPlace));
    }
  }

  /** The updater of all weights, which knows the learning rate; null where there is no such. */
  @Nullable IUpdater updater() {
    return updater;
  }

  private void readLayers() {
    for (NeuralNetConfiguration configuration : layers) {
      Layer layer = configuration.getLayer();
      String name = layer.getLayerName() == null ? "a layer" : layer.getLayerName();
      for (String key : layer.initializer().paramKeys(layer)) {
        if (layer instanceof BatchNormalization && !key.equals("gamma") && !key.equals("beta")) {
          continue; // Running statistics are not learned.
        }
        List<Regularization> decay = layer.getRegularizationByParam(key);
        parameters.add(
            new Parameter(
                name + "." + key,
                role(layer, key),
                layer.getUpdaterByParam(key),
                decay == null ? List.of() : decay));
      }
    }
  }

  private static Role role(Layer layer, String key) {
    return layer instanceof BatchNormalization
        ? Role.OF_NORM
        : layer.initializer().isBiasParam(layer, key) ? Role.BIAS : Role.WEIGHT;
  }

  private void readUpdater() {
    Map<IUpdater, String> updaters = new LinkedHashMap<>();
    parameters.forEach(each -> updaters.putIfAbsent(each.updater(), each.where()));
    if (updaters.size() != 1) {
      refuse(
          "updaters that differ between weights ("
              + updaters.entrySet().stream()
                  .map(entry -> entry.getValue() + ": " + describe(entry.getKey()))
                  .collect(Collectors.joining("; "))
              + ") are not known: expected one for all of them, Sgd or Nesterovs",
          LEARNING_RATE,
          MOMENTUM);
      return;
    }
    IUpdater only = updaters.keySet().iterator().next();
    if (only instanceof Sgd) {
      updater = only;
      settings.put(MOMENTUM, "0.0");
      settings.put(NESTEROV, "false");
    } else if (only instanceof Nesterovs nesterovs) {
      updater = only;
      settings.put(NESTEROV, "true");
      if (hasOneMomentum(nesterovs)) {
        settings.put(MOMENTUM, String.valueOf(nesterovs.getMomentum()));
      } else {
        refuse(describe(only) + ": a momentum that changes is not known", MOMENTUM);
      }
    } else {
      refuse(describe(only) + " is not known: expected Sgd or Nesterovs", LEARNING_RATE, MOMENTUM);
    }
  }

  private static boolean hasOneMomentum(Nesterovs updater) {
    return updater.getMomentumISchedule() == null && updater.getMomentumSchedule() == null;
  }

  private void readDecay() {
    Set<Double> ofWeights = decays(Role.WEIGHT);
    Set<Double> ofBiases = decays(Role.BIAS);
    boolean norms = parameters.stream().anyMatch(each -> each.role() == Role.OF_NORM);
    if (ofWeights.size() != 1) {
      refuse(
          "l2 that differs between layers ("
              + ofWeights
              + ") is not known: expected the same for all",
          WEIGHT_DECAY);
      return;
    }
    settings.put(WEIGHT_DECAY, String.valueOf(ofWeights.iterator().next()));
    if (ofBiases.isEmpty() || ofBiases.equals(Set.of(0.0))) {
      settings.put(DECAYED, "kernels");
    } else if (ofBiases.equals(ofWeights) && !norms) {
      settings.put(DECAYED, "all");
    } else {
      refuse(
          "l2 of biases "
              + ofBiases
              + (norms
                  ? " beside batch norms, which have none,"
                  : " beside that of weights " + ofWeights)
              + " is not known: expected none, or that of the weights in a network without batch"
              + " norms",
          WEIGHT_DECAY,
          DECAYED);
    }
  }

  /** The different decays of parameters of a role; what is no decay is a problem. */
  private Set<Double> decays(Role role) {
    Set<Double> decays = new TreeSet<>();
    Set<String> unknown = new TreeSet<>();
    for (Parameter parameter : parameters) {
      if (parameter.role() == role) {
        double sum = 0;
        for (Regularization regularization : parameter.decay()) {
          double one = decay(regularization);
          if (Double.isNaN(one)) {
            unknown.add(regularization.toString());
          } else {
            sum += one;
          }
        }
        decays.add(sum);
      }
    }
    if (!unknown.isEmpty()) {
      refuse(
          String.join(", ", unknown)
              + " is not known: expected l2 that is always the same, or with Sgd weightDecay times"
              + " the learning rate",
          WEIGHT_DECAY);
    }
    return decays;
  }

  /** The factor of the weights in their gradient; NaN if it is something else. */
  private double decay(Regularization regularization) {
    if (regularization instanceof L2Regularization l2) {
      return fixed(l2.getL2());
    }
    boolean withoutMomentum = updater instanceof Sgd && !given.contains(MOMENTUM);
    return regularization instanceof WeightDecay decay && decay.isApplyLR() && withoutMomentum
        ? fixed(decay.getCoeff())
        : Double.NaN;
  }

  private static double fixed(ISchedule schedule) {
    return schedule instanceof FixedSchedule value ? value.getValue() : Double.NaN;
  }

  private void readGradients() {
    Set<GradientNormalization> normalisations =
        layers.stream()
            .map(each -> each.getLayer().getGradientNormalization())
            .filter(each -> each != null && each != GradientNormalization.None)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!normalisations.isEmpty()) {
      refuse(
          "gradientNormalization "
              + normalisations
              + " is not known: expected none, as training.gradientNorm shortens the gradient of all weights together",
          GRADIENT_NORM);
    }
    requireAll(NeuralNetConfiguration::isMiniBatch, "miniBatch(false) is not known");
    requireAll(
        each -> each.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT,
        "an optimizationAlgo other than STOCHASTIC_GRADIENT_DESCENT is not known");
  }

  private void requireAll(Predicate<NeuralNetConfiguration> holds, String problem) {
    if (!layers.stream().allMatch(holds)) {
      problems.add(problem);
    }
  }

  /** An updater or a schedule for messages; not all of them have a text of their own. */
  static String describe(Object value) {
    String text = String.valueOf(value);
    return text.startsWith(value.getClass().getName() + "@")
        ? value.getClass().getSimpleName()
        : text;
  }
}
