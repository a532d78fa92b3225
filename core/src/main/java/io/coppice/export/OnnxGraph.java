package io.coppice.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph of ONNX under construction: operators, the tensors between them, and constants. Numbers
 * of fields are those of {@code onnx.proto}.
 */
final class OnnxGraph {

  private static final String BATCH = "batch";

  /** Types of numbers, {@code TensorProto.DataType}. */
  private enum DataType {
    FLOAT(1),
    INT64(7);

    private final int number;

    DataType(int number) {
      this.number = number;
    }
  }

  private final List<ProtoMessage> operators = new ArrayList<>();
  private final List<ProtoMessage> constants = new ArrayList<>();
  private final List<ProtoMessage> inputs = new ArrayList<>();
  private final List<ProtoMessage> outputs = new ArrayList<>();
  private final UniqueNames names = new UniqueNames();

  /** An attribute of an operator. */
  sealed interface Attribute {

    /** Number of the field that says of what type an attribute is. */
    int TYPE = 20;

    /** {@code AttributeProto}. */
    ProtoMessage message();
  }

  /** Whole numbers. */
  record Ints(String name, long... values) implements Attribute {
    @Override
    public ProtoMessage message() {
      return new ProtoMessage().text(1, name).packed(8, values).number(TYPE, 7);
    }
  }

  /** A whole number. */
  record Int(String name, long value) implements Attribute {
    @Override
    public ProtoMessage message() {
      return new ProtoMessage().text(1, name).number(3, value).number(TYPE, 2);
    }
  }

  /** A number. */
  record Real(String name, float value) implements Attribute {
    @Override
    public ProtoMessage message() {
      return new ProtoMessage().text(1, name).real(2, value).number(TYPE, 1);
    }
  }

  /** A name that no other tensor has. */
  String name(String wanted) {
    return names.of(wanted);
  }

  /**
   * The graph's input.
   *
   * @param shape of one image
   */
  void input(String name, String meaning, int... shape) {
    inputs.add(described(name, meaning, shape));
  }

  /**
   * An output of the graph.
   *
   * @param shape for one image
   */
  void output(String name, String meaning, int... shape) {
    outputs.add(described(name, meaning, shape));
  }

  /** {@code ValueInfoProto}. */
  private static ProtoMessage described(String name, String meaning, int... shape) {
    ProtoMessage dimensions = new ProtoMessage().message(1, new ProtoMessage().text(2, BATCH));
    for (int extent : shape) {
      dimensions.message(1, new ProtoMessage().number(1, extent));
    }
    ProtoMessage tensor =
        new ProtoMessage().number(1, DataType.FLOAT.number).message(2, dimensions);
    return new ProtoMessage()
        .text(1, name)
        .message(2, new ProtoMessage().message(1, tensor))
        .text(3, meaning);
  }

  /** A constant; returns its name. */
  String constant(String wanted, float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return constant(wanted, DataType.FLOAT, data, shape);
  }

  /** A constant vector of whole numbers; returns its name. */
  String constant(String wanted, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return constant(wanted, DataType.INT64, data, values.length);
  }

  /** {@code TensorProto}. */
  private String constant(String wanted, DataType type, ByteBuffer data, int... shape) {
    String name = names.of(wanted);
    constants.add(
        new ProtoMessage()
            .packed(1, Arrays.stream(shape).asLongStream().toArray())
            .number(2, type.number)
            .text(8, name)
            .bytes(9, data.array()));
    return name;
  }

  /** Adds an operator, {@code NodeProto}; returns the name of its output. */
  String add(String operator, String output, List<String> inputs, Attribute... attributes) {
    ProtoMessage added = new ProtoMessage();
    inputs.forEach(input -> added.text(1, input));
    added.text(2, output).text(3, output).text(4, operator);
    for (Attribute attribute : attributes) {
      added.message(5, attribute.message());
    }
    operators.add(added);
    return output;
  }

  /** {@code GraphProto}. */
  ProtoMessage build(String name) {
    ProtoMessage graph = new ProtoMessage();
    operators.forEach(operator -> graph.message(1, operator));
    graph.text(2, name);
    constants.forEach(constant -> graph.message(5, constant));
    inputs.forEach(input -> graph.message(11, input));
    outputs.forEach(output -> graph.message(12, output));
    return graph;
  }
}
