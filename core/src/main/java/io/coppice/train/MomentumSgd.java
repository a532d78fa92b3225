package io.coppice.train;

import io.coppice.compact.RowLayout;
import io.coppice.compact.Rows;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Stochastic gradient descent with momentum and weight decay on all weights, also on those of
 * absent channels, whose gradient is 0: v = momentum v + decay w + g, then w = w - rate v, or with
 * Nesterov's momentum w = w - rate (momentum v + decay w + g). After that, where the weights are
 * averaged: average = average + share (w - average).
 *
 * <p>An output channel's row of weights that gets no gradient is left alone until somebody needs
 * it, and then takes all the steps it missed at once, in the processor's cache. The bits are those
 * of taking every step at its time.
 */
final class MomentumSgd {

  /** A gradient: what of the full network's tensors it covers, and its values. */
  record Gradient(TensorLayout layout, float[] values) {}

  /** Floats of weights and velocity that stay in the first-level cache through many steps. */
  private static final int CHUNK = 1024;

  /** Missed steps after which every row is brought up to date, so that no reader waits for long. */
  private static final int LONGEST_ARREARS = 1024;

  private final TensorLayout layout;
  private final float[] weights;
  private final SgdOptions options;
  private final float momentum;
  private final float[] velocity;
  private final float[] average;

  /** For each row the tensor it belongs to. */
  private final int[] tensorOfRow;

  private final int[] firstRowOfTensor;

  /** For each row the number of steps it has taken. */
  private final int[] stepsOfRow;

  /** Rate of each step since all rows were up to date. */
  private final float[] rates = new float[LONGEST_ARREARS];

  /** Weight decay of each of those steps. */
  private final float[] decays = new float[LONGEST_ARREARS];

  /** Share of the new weights in their average at each of those steps. */
  private final float[] shares = new float[LONGEST_ARREARS];

  private int steps;
  private int stepsOfAll;

  /**
   * @param layout of the weights of the full network
   * @param weights updated in place; current only after {@link #bringUpToDate}
   * @param velocity at the start, laid out as the weights; belongs to this object from now on
   * @param average of the weights until now; belongs to this object from now on; empty: of none
   */
  MomentumSgd(
      TensorLayout layout, float[] weights, float[] velocity, float[] average, SgdOptions options) {
    this.layout = layout;
    this.weights = weights;
    this.options = options;
    this.momentum = (float) options.momentum();
    this.velocity = velocity;
    this.average = options.averages() && average.length == 0 ? weights.clone() : average;
    List<Tensor> tensors = layout.tensors();
    this.firstRowOfTensor = new int[tensors.size()];
    int rows = 0;
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      firstRowOfTensor[tensor] = rows;
      rows += tensors.get(tensor).outputs().length;
    }
    this.tensorOfRow = new int[rows];
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      int first = firstRowOfTensor[tensor];
      Arrays.fill(tensorOfRow, first, first + tensors.get(tensor).outputs().length, tensor);
    }
    this.stepsOfRow = new int[rows];
  }

  /**
   * Takes one step on a gradient.
   *
   * @param scale factor on the gradient
   * @param decays how often the weights decay in it
   * @param averaged number of the step among those that are averaged, from 0
   */
  void step(Gradient gradient, float scale, double learningRate, int decays, long averaged) {
    if (steps - stepsOfAll == LONGEST_ARREARS) {
      bringUpToDate();
    }
    rates[steps - stepsOfAll] = (float) learningRate;
    this.decays[steps - stepsOfAll] = (float) (options.weightDecay() * decays);
    shares[steps - stepsOfAll] = options.averages() ? (float) options.averageShare(averaged) : 0;
    steps++;
    int[] places = rowsOf(gradient.layout());
    IntStream.range(0, tensorOfRow.length)
        .parallel()
        .filter(row -> places[row] >= 0)
        .forEach(
            row -> {
              takeMissedSteps(row, steps - 1);
              takeStep(row, gradient, places[row], scale);
            });
  }

  /** Takes what steps any row missed. */
  void bringUpToDate() {
    IntStream.range(0, tensorOfRow.length).parallel().forEach(row -> takeMissedSteps(row, steps));
    stepsOfAll = steps;
  }

  /** Takes what steps the rows of some masks missed. */
  void bringUpToDate(RowLayout part) {
    int[] places = rowsOf(part);
    IntStream.range(0, tensorOfRow.length)
        .parallel()
        .filter(row -> places[row] >= 0)
        .forEach(row -> takeMissedSteps(row, steps));
  }

  /** The velocity, current only after {@link #bringUpToDate}; not a copy. */
  float[] velocity() {
    return velocity;
  }

  /**
   * The average of the weights, current only after {@link #bringUpToDate}; empty if none is kept.
   */
  float[] average() {
    return average;
  }

  /** For each row its number among the outputs of its tensor in the part, or -1. */
  private int[] rowsOf(RowLayout part) {
    int[] places = new int[tensorOfRow.length];
    Arrays.fill(places, -1);
    List<Rows> tensors = part.rows();
    for (int tensor = 0; tensor < firstRowOfTensor.length; tensor++) {
      int[] outputs = tensors.get(tensor).outputs();
      for (int place = 0; place < outputs.length; place++) {
        places[firstRowOfTensor[tensor] + outputs[place]] = place;
      }
    }
    return places;
  }

  private int rowOffset(int row) {
    Tensor tensor = layout.tensors().get(tensorOfRow[row]);
    return tensor.offset() + (row - firstRowOfTensor[tensorOfRow[row]]) * tensor.rowSize();
  }

  private void takeMissedSteps(int row, int until) {
    int from = stepsOfRow[row];
    if (from == until) {
      return;
    }
    int start = rowOffset(row);
    int end = start + layout.tensors().get(tensorOfRow[row]).rowSize();
    boolean decays = decays(row);
    for (int chunk = start; chunk < end; chunk += CHUNK) {
      int chunkEnd = Math.min(end, chunk + CHUNK);
      for (int step = from - stepsOfAll; step < until - stepsOfAll; step++) {
        decay(chunk, chunkEnd, rates[step], decays ? this.decays[step] : 0);
        move(chunk, chunkEnd, rates[step], shares[step]);
      }
    }
    stepsOfRow[row] = until;
  }

  private void takeStep(int row, Gradient gradient, int place, float scale) {
    Tensor tensor = layout.tensors().get(tensorOfRow[row]);
    int start = rowOffset(row);
    int end = start + tensor.rowSize();
    int last = steps - 1 - stepsOfAll;
    decay(start, end, rates[last], decays(row) ? decays[last] : 0);
    Tensor part = gradient.layout().tensors().get(tensorOfRow[row]);
    int from = part.offset() + place * part.rowSize();
    addGradient(start, tensor, gradient.values(), from, part, scale);
    move(start, end, rates[last], shares[last]);
    stepsOfRow[row] = steps;
  }

  private void addGradient(
      int start, Tensor tensor, float[] gradient, int from, Tensor part, float scale) {
    int[] inputs = part.inputs();
    if (inputs.length == tensor.inputs().length) {
      add(start, gradient, from, part.rowSize(), scale);
      return;
    }
    int area = part.kernelArea();
    for (int i = 0; i < inputs.length; i++) {
      add(start + inputs[i] * area, gradient, from + i * area, area, scale);
    }
  }

  /** Whether a row's weights decay. */
  private boolean decays(int row) {
    return options.decaysAll() || layout.tensors().get(tensorOfRow[row]).kind() == Kind.WEIGHT;
  }

  /** The part of a step before the gradient is there. */
  private void decay(int start, int end, float rate, float weightDecay) {
    if (options.nesterov()) {
      // momentum v + decay w + g is (1 + momentum) v less momentum times the v before: the latter
      // is taken from the weights while it is still known.
      float back = rate * momentum;
      for (int i = start; i < end; i++) {
        float before = velocity[i];
        velocity[i] = momentum * before + weightDecay * weights[i];
        weights[i] += back * before;
      }
    } else {
      for (int i = start; i < end; i++) {
        velocity[i] = momentum * velocity[i] + weightDecay * weights[i];
      }
    }
  }

  private void add(int start, float[] gradient, int from, int count, float scale) {
    for (int i = 0; i < count; i++) {
      velocity[start + i] += scale * gradient[from + i];
    }
  }

  /** The part of a step after the gradient. */
  private void move(int start, int end, float rate, float share) {
    float along = options.nesterov() ? rate * (1 + momentum) : rate;
    for (int i = start; i < end; i++) {
      weights[i] -= along * velocity[i];
    }
    if (options.averages()) {
      for (int i = start; i < end; i++) {
        average[i] += share * (weights[i] - average[i]);
      }
    }
  }
}
