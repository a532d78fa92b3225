package io.coppice.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The members that each kind of layer has in JSON. */
final class LayerJson {

  static final String INPUT = "input";
  private static final String CONVOLUTION = "convolution";
  private static final String DEPTHWISE = "depthwise-convolution";
  private static final String BATCH_NORM = "batch-norm";
  private static final String ACTIVATION = "activation";
  private static final String POOL = "pool";
  private static final String GLOBAL_POOL = "global-pool";
  private static final String SUM = "sum";
  private static final String MERGE = "merge";
  private static final String ZERO_PADDING = "zero-padding";
  private static final String DROPOUT = "dropout";
  private static final String LINEAR = "linear";

  /** The types that a layer behind the input can have. */
  private static final List<String> TYPES =
      List.of(
          CONVOLUTION,
          DEPTHWISE,
          BATCH_NORM,
          ACTIVATION,
          POOL,
          GLOBAL_POOL,
          SUM,
          MERGE,
          ZERO_PADDING,
          DROPOUT,
          LINEAR);

  private static final int LONGEST_WORD = 40;

  private LayerJson() {}

  /** Reads a layer's own members; not its name and what it reads. */
  static Layer read(JsonObject json) {
    String type = json.text("type", LONGEST_WORD);
    try {
      return switch (type) {
        case CONVOLUTION ->
            new Layer.Convolution(json.number("outputs"), window(json), json.flag("bias"));
        case DEPTHWISE ->
            new Layer.DepthwiseConvolution(
                json.number("multiplier"), window(json), json.flag("bias"));
        case BATCH_NORM ->
            new Layer.BatchNorm(
                json.flag("relu"), (float) json.real("epsilon"), (float) json.real("momentum"));
        case ACTIVATION -> {
          Layer.Activation.Kind kind = choice(json, "function", Layer.Activation.Kind.values());
          float slope = kind == Layer.Activation.Kind.LEAKY_RELU ? (float) json.real("slope") : 0;
          yield new Layer.Activation(new Layer.Activation.Function(kind, slope));
        }
        case POOL -> new Layer.Pool(choice(json, "kind", Layer.Pool.Kind.values()), window(json));
        case GLOBAL_POOL ->
            new Layer.GlobalPool(choice(json, "kind", Layer.GlobalPool.Kind.values()));
        case SUM -> new Layer.Sum(json.flag("relu"));
        case MERGE -> new Layer.Merge();
        case ZERO_PADDING -> {
          int[] padding = json.numbers("padding", 4);
          yield new Layer.ZeroPadding(padding[0], padding[1], padding[2], padding[3]);
        }
        case DROPOUT -> new Layer.Dropout(json.real("rate"));
        case LINEAR -> new Layer.Linear(json.number("outputs"), json.flag("bias"));
        default -> throw json.wrong("type", "one of " + TYPES, "'" + type + "'");
      };
    } catch (InvalidNetworkException e) {
      throw json.located(e);
    }
  }

  private static Window window(JsonObject json) {
    int[] kernel = json.numbers("kernel", 2);
    int[] stride = json.numbersOr("stride", 1, 1);
    int[] padding = json.numbersOr("padding", 0, 0, 0, 0);
    return new Window(
        kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], padding[2], padding[3]);
  }

  private static <E extends Enum<E>> E choice(JsonObject json, String member, E[] values) {
    String text = json.text(member, LONGEST_WORD);
    for (E value : values) {
      if (spelling(value).equals(text)) {
        return value;
      }
    }
    throw json.wrong(
        member,
        "one of " + Arrays.stream(values).map(LayerJson::spelling).toList(),
        "'" + text + "'");
  }

  private static String spelling(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Writes a layer's members and gives its type. */
  record Writer(ObjectNode json) implements Layer.Visitor<String> {

    private void put(Window window) {
      put("kernel", window.height(), window.width());
      put("stride", window.strideHeight(), window.strideWidth());
      put("padding", window.top(), window.bottom(), window.left(), window.right());
    }

    private void put(String member, int... values) {
      ArrayNode array = json.putArray(member);
      for (int value : values) {
        array.add(value);
      }
    }

    @Override
    public String visit(Layer.Input input) {
      put("shape", input.shape().channels(), input.shape().height(), input.shape().width());
      return INPUT;
    }

    @Override
    public String visit(Layer.Convolution convolution) {
      json.put("outputs", convolution.outputs());
      put(convolution.window());
      json.put("bias", convolution.bias());
      return CONVOLUTION;
    }

    @Override
    public String visit(Layer.DepthwiseConvolution convolution) {
      json.put("multiplier", convolution.multiplier());
      put(convolution.window());
      json.put("bias", convolution.bias());
      return DEPTHWISE;
    }

    @Override
    public String visit(Layer.BatchNorm norm) {
      json.put("relu", norm.relu());
      json.put("epsilon", norm.epsilon());
      json.put("momentum", norm.momentum());
      return BATCH_NORM;
    }

    @Override
    public String visit(Layer.Activation activation) {
      json.put("function", spelling(activation.function().kind()));
      if (activation.function().kind() == Layer.Activation.Kind.LEAKY_RELU) {
        json.put("slope", activation.function().slope());
      }
      return ACTIVATION;
    }

    @Override
    public String visit(Layer.Pool pool) {
      json.put("kind", spelling(pool.kind()));
      put(pool.window());
      return POOL;
    }

    @Override
    public String visit(Layer.GlobalPool pool) {
      json.put("kind", spelling(pool.kind()));
      return GLOBAL_POOL;
    }

    @Override
    public String visit(Layer.Sum sum) {
      json.put("relu", sum.relu());
      return SUM;
    }

    @Override
    public String visit(Layer.Merge merge) {
      return MERGE;
    }

    @Override
    public String visit(Layer.ZeroPadding padding) {
      put("padding", padding.top(), padding.bottom(), padding.left(), padding.right());
      return ZERO_PADDING;
    }

    @Override
    public String visit(Layer.Dropout dropout) {
      json.put("rate", dropout.rate());
      return DROPOUT;
    }

    @Override
    public String visit(Layer.Linear linear) {
      json.put("outputs", linear.outputs());
      json.put("bias", linear.bias());
      return LINEAR;
    }
  }
}
