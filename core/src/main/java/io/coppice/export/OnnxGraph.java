package io.coppice.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** A graph of ONNX under construction: operators, the tensors between them, and constants. */
final class OnnxGraph {

  private static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final UniqueNames names = new UniqueNames();

  /** An attribute of an operator. */
  sealed interface Attribute {
    AttributeProto.Builder value();
  }

  /** Whole numbers. */
  record Ints(String name, long... values) implements Attribute {
    @Override
    public AttributeProto.Builder value() {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
      for (long number : values) {
        attribute.addInts(number);
      }
      return attribute;
    }
  }

  /** A whole number. */
  record Int(String name, long number) implements Attribute {
    @Override
    public AttributeProto.Builder value() {
      return AttributeProto.newBuilder()
          .setName(name)
          .setType(AttributeProto.AttributeType.INT)
          .setI(number);
    }
  }

  /** A number. */
  record Real(String name, float number) implements Attribute {
    @Override
    public AttributeProto.Builder value() {
      return AttributeProto.newBuilder()
          .setName(name)
          .setType(AttributeProto.AttributeType.FLOAT)
          .setF(number);
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
    graph.addInput(described(name, meaning, shape));
  }

  /**
   * An output of the graph.
   *
   * @param shape for one image
   */
  void output(String name, String meaning, int... shape) {
    graph.addOutput(described(name, meaning, shape));
  }

  private static ValueInfoProto described(String name, String meaning, int... shape) {
    TensorShapeProto.Builder dimensions =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (int extent : shape) {
      dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(meaning)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dimensions)))
        .build();
  }

  /** A constant; returns its name. */
  String constant(String wanted, float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return constant(wanted, TensorProto.DataType.FLOAT, data, shape);
  }

  /** A constant vector of whole numbers; returns its name. */
  String constant(String wanted, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return constant(wanted, TensorProto.DataType.INT64, data, values.length);
  }

  private String constant(String wanted, TensorProto.DataType type, ByteBuffer data, int... shape) {
    String name = names.of(wanted);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(data.array()));
    for (int extent : shape) {
      tensor.addDims(extent);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds an operator; returns the name of its output. */
  String add(String operator, String output, List<String> inputs, Attribute... attributes) {
    NodeProto.Builder added =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output);
    for (Attribute attribute : attributes) {
      added.addAttribute(attribute.value());
    }
    graph.addNode(added);
    return output;
  }

  GraphProto build(String name) {
    return graph.setName(name).build();
  }
}
