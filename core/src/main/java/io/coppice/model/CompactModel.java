package io.coppice.model;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.compact.Weights;
import io.coppice.data.ImageSet;
import io.coppice.data.Normalisation;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A trained compact network with all that is needed to use it: network, mask, weights, statistics
 * of the batch norms, normalisation of the pixels, names of the classes, and what else shall be
 * known of it. Takes raw pixels, 0 to 255.
 *
 * <p>Immutable, and safe for use by many threads. Each thread that predicts much takes a {@link
 * #predictor} of its own.
 */
public final class CompactModel {

  private static final int CONVENIENT_BATCH = 128;

  private final CompactNetwork compact;
  private final float[] parameters;
  private final float[] statistics;
  private final Normalisation normalisation;
  private final List<String> labels;
  private final Map<String, String> metadata;

  /**
   * @param compact network and mask
   * @param parameters trained tensors, laid out as {@code compact.parameters()}; copied
   * @param statistics of the batch norms, laid out as {@code compact.statistics()}; copied
   * @param normalisation of the pixels, for each channel of an image
   * @param labels a name for each class
   * @param metadata what else shall be known of the model, such as its budget, by name
   * @throws IllegalArgumentException if their sizes do not fit
   */
  public CompactModel(
      CompactNetwork compact,
      float[] parameters,
      float[] statistics,
      Normalisation normalisation,
      List<String> labels,
      Map<String, String> metadata) {
    require("parameters", compact.parameters().size(), parameters.length);
    require("statistics", compact.statistics().size(), statistics.length);
    require("labels", compact.network().classes(), labels.size());
    require(
        "channels of an image",
        compact.network().inputShape().channels(),
        normalisation.channels());
    this.compact = compact;
    this.parameters = parameters.clone();
    this.statistics = statistics.clone();
    this.normalisation = normalisation;
    this.labels = List.copyOf(labels);
    this.metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  private static void require(String what, int expected, int found) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "a model of this network has " + expected + " " + what + ", found " + found);
    }
  }

  /** Names of classes that nobody named: their numbers, from 0 on. */
  public static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /** The full network. */
  public Network network() {
    return compact.network();
  }

  /** The channels that it has. */
  public Mask mask() {
    return compact.mask();
  }

  /** Network and mask. */
  public CompactNetwork compact() {
    return compact;
  }

  /** How pixels are normalised before the network sees them. */
  public Normalisation normalisation() {
    return normalisation;
  }

  /** A name for each class. */
  public List<String> labels() {
    return labels;
  }

  /** What else is known of the model, sorted by name. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The trained tensors, laid out as {@code compact().parameters()}; a copy. */
  public float[] parameters() {
    return parameters.clone();
  }

  /** Statistics of the batch norms, laid out as {@code compact().statistics()}; a copy. */
  public float[] statistics() {
    return statistics.clone();
  }

  /** The values of one tensor of a node, row-major; a copy. */
  public float[] values(int node, Kind kind) {
    boolean statistic = kind == Kind.MEAN || kind == Kind.VARIANCE;
    TensorLayout layout = statistic ? compact.statistics() : compact.parameters();
    Tensor tensor = layout.tensor(node, kind);
    return Arrays.copyOfRange(
        statistic ? statistics : parameters, tensor.offset(), tensor.offset() + tensor.size());
  }

  Weights weights() {
    return Weights.of(compact, parameters);
  }

  /** The statistics themselves, not to be changed. */
  float[] sharedStatistics() {
    return statistics;
  }

  /**
   * Makes ready for many predictions.
   *
   * @param batch most images that are computed together, at least 1
   */
  public Predictor predictor(int batch) {
    return new Predictor(this, batch);
  }

  /** What it says of some images. Many calls are faster by one {@link #predictor}. */
  public Predictions predict(ImageSet images) {
    try (Predictor predictor = predictor(convenientBatch(images.size()))) {
      return predictor.predict(images);
    }
  }

  /**
   * What it says of some images. Many calls are faster by one {@link #predictor}.
   *
   * @param pixels 0 to 255, {@code (images, channels, height, width)}
   */
  public Predictions predict(float[] pixels) {
    try (Predictor predictor =
        predictor(convenientBatch(pixels.length / network().inputShape().size()))) {
      return predictor.predict(pixels);
    }
  }

  /** How it does on labelled images. */
  public ModelEvaluation evaluate(ImageSet images) {
    try (Predictor predictor = predictor(convenientBatch(images.size()))) {
      return predictor.evaluate(images);
    }
  }

  private static int convenientBatch(int images) {
    return Math.max(1, Math.min(CONVENIENT_BATCH, images));
  }

  /**
   * The same function by a network of more channels: weights, scales, shifts and biases of those
   * added are 0, their variances 1, so that they are 0 throughout and nobody reads them.
   *
   * @param mask its channels, among them all of this model's
   * @throws IllegalArgumentException if a channel of this model is none of them
   */
  public CompactModel widened(Mask mask) {
    if (!mask.contains(mask())) {
      throw new IllegalArgumentException(
          "a widened model keeps all channels: expected more than " + mask() + ", found " + mask);
    }
    CompactNetwork wide = CompactNetwork.of(network(), mask);
    float[] wideParameters = new float[wide.parameters().size()];
    new Slicer(wide.parameters(), compact.parameters()).scatter(parameters, wideParameters);
    float[] wideStatistics = new float[wide.statistics().size()];
    for (Tensor tensor : wide.statistics().tensors()) {
      if (tensor.kind() == Kind.VARIANCE) {
        Arrays.fill(wideStatistics, tensor.offset(), tensor.offset() + tensor.size(), 1);
      }
    }
    new Slicer(wide.statistics(), compact.statistics()).scatter(statistics, wideStatistics);
    return new CompactModel(wide, wideParameters, wideStatistics, normalisation, labels, metadata);
  }

  /**
   * The same function by a network in which every group has at least one channel, and a number that
   * is a multiple of another, or all of its channels where the full network has no more.
   *
   * @param multiple at least 1
   */
  public CompactModel withChannelsRoundedUp(int multiple) {
    if (multiple < 1) {
      throw new IllegalArgumentException(
          "channels are rounded up to a multiple of 1 or more, found " + multiple);
    }
    Mask.Builder wide = Mask.builder(network().groupChannels());
    for (ChannelGroup group : network().groups()) {
      int active = mask().activeCount(group.id());
      long rounded = (Math.max(1, active) + multiple - 1L) / multiple * multiple;
      int added = (int) Math.min(rounded, group.channels()) - active;
      for (int channel = 0; channel < group.channels(); channel++) {
        if (mask().isActive(group.id(), channel)) {
          wide.activate(group.id(), channel, 1);
        } else if (added > 0) {
          wide.activate(group.id(), channel, 1);
          added--;
        }
      }
    }
    Mask mask = wide.build();
    return mask.equals(mask()) ? this : widened(mask);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CompactModel other
        && network().equals(other.network())
        && mask().equals(other.mask())
        && Arrays.equals(parameters, other.parameters)
        && Arrays.equals(statistics, other.statistics)
        && normalisation.equals(other.normalisation)
        && labels.equals(other.labels)
        && metadata.equals(other.metadata);
  }

  @Override
  public int hashCode() {
    return 31 * network().hashCode() + Arrays.hashCode(parameters);
  }

  @Override
  public String toString() {
    return network().name()
        + " "
        + network().inputShape()
        + " of "
        + parameters.length
        + " parameters, channels "
        + mask();
  }
}
