package io.coppice.artifact;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors in the {@code safetensors} format: the length of the header as a little-endian
 * 64-bit number, the header as JSON (for each tensor its type, shape and extent in the data), then
 * the data, little-endian, row-major. Holds tensors of type F32 (weights), F64 (probabilities), I64
 * (counts) and U8 (masks).
 */
public final class SafeTensors {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  private static final String METADATA = "__metadata__";
  private static final long LARGEST_HEADER = 100_000_000;
  private static final int ALIGNMENT = 8;

  /** Type of a tensor's values. */
  public enum Type {
    F32(4),
    F64(8),
    I64(8),
    U8(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * One tensor.
   *
   * @param type of its values
   * @param shape its extents, outermost first
   * @param data its values, little-endian
   */
  public record Tensor(Type type, List<Integer> shape, byte[] data) {

    public Tensor {
      shape = List.copyOf(shape);
      long values = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
      if (values * type.bytes != data.length) {
        throw new IllegalArgumentException(
            "a tensor of "
                + type
                + " and shape "
                + shape
                + " has "
                + values * type.bytes
                + " bytes, found "
                + data.length);
      }
    }

    /** A tensor of {@code count} floats from {@code offset} on. */
    public static Tensor ofFloats(List<Integer> shape, float[] values, int offset, int count) {
      ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      data.asFloatBuffer().put(values, offset, count);
      return new Tensor(Type.F32, shape, data.array());
    }

    /** A vector of doubles. */
    public static Tensor ofDoubles(double[] values) {
      ByteBuffer data =
          ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      data.asDoubleBuffer().put(values);
      return new Tensor(Type.F64, List.of(values.length), data.array());
    }

    /** A whole number, as a vector of one. */
    public static Tensor ofLong(long value) {
      ByteBuffer data = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      return new Tensor(Type.I64, List.of(1), data.putLong(value).array());
    }

    /** A vector of bytes. */
    public static Tensor ofBytes(byte[] values) {
      return new Tensor(Type.U8, List.of(values.length), values.clone());
    }

    /** The values of a tensor of type F32. */
    public float[] floats() {
      requireType(Type.F32);
      float[] values = new float[data.length / Float.BYTES];
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }

    /** The values of a tensor of type F64. */
    public double[] doubles() {
      requireType(Type.F64);
      double[] values = new double[data.length / Double.BYTES];
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
      return values;
    }

    /** The value of a tensor of type I64 that has one only. */
    public long asLong() {
      requireType(Type.I64);
      if (data.length != Long.BYTES) {
        throw new IllegalStateException("the tensor holds " + shape + " values, not one");
      }
      return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** Type and shape, for messages. */
    String describe() {
      return type + " of shape " + shape;
    }

    private void requireType(Type expected) {
      if (type != expected) {
        throw new IllegalStateException("the tensor holds " + type + ", not " + expected);
      }
    }
  }

  /**
   * All that a file holds.
   *
   * @param metadata texts by name, in the order of the file
   * @param tensors tensors by name, likewise
   */
  public record Contents(Map<String, String> metadata, Map<String, Tensor> tensors) {}

  private SafeTensors() {}

  /** Writes tensors in the order of the map. */
  public static void write(OutputStream out, Map<String, Tensor> tensors) throws IOException {
    write(out, new Contents(Map.of(), tensors));
  }

  /** Writes texts and tensors in the order of the maps. */
  public static void write(OutputStream out, Contents contents) throws IOException {
    Map<String, Tensor> tensors = contents.tensors();
    ObjectNode header = JSON.createObjectNode();
    if (!contents.metadata().isEmpty()) {
      ObjectNode metadata = header.putObject(METADATA);
      contents.metadata().forEach(metadata::put);
    }
    long end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode description = header.putObject(entry.getKey());
      description.put("dtype", entry.getValue().type().name());
      ArrayNode shape = description.putArray("shape");
      entry.getValue().shape().forEach(shape::add);
      description.putArray("data_offsets").add(end).add(end + entry.getValue().data().length);
      end += entry.getValue().data().length;
    }
    StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
    while (text.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0) {
      text.append(' ');
    }
    byte[] headerBytes = text.toString().getBytes(StandardCharsets.UTF_8);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerBytes.length)
            .array());
    out.write(headerBytes);
    for (Tensor tensor : tensors.values()) {
      out.write(tensor.data());
    }
  }

  /**
   * Reads all tensors of a file.
   *
   * @param file name for messages
   * @throws CorruptFileException if the file departs from the format anywhere
   */
  public static Map<String, Tensor> read(InputStream in, String file) throws IOException {
    return readContents(in, file).tensors();
  }

  /**
   * Reads all tensors and texts of a file.
   *
   * @param file name for messages
   * @throws CorruptFileException if the file departs from the format anywhere
   */
  public static Contents readContents(InputStream in, String file) throws IOException {
    byte[] lengthBytes = in.readNBytes(Long.BYTES);
    if (lengthBytes.length < Long.BYTES) {
      throw new CorruptFileException(
          file, 0, "8 bytes of header length", lengthBytes.length + " bytes");
    }
    long length = ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > LARGEST_HEADER) {
      throw new CorruptFileException(
          file, 0, "a header of 2 to " + LARGEST_HEADER + " bytes", String.valueOf(length));
    }
    byte[] headerBytes = in.readNBytes((int) length);
    if (headerBytes.length < length) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          "a header of " + length + " bytes",
          "the end of the file after " + headerBytes.length);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long offset = 0;
    for (Iterator<Map.Entry<String, JsonNode>> fields = header(headerBytes, file).fields();
        fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue(), metadata, file);
        continue;
      }
      Tensor tensor =
          readTensor(in, file, field.getKey(), field.getValue(), offset, Long.BYTES + length);
      offset += tensor.data().length;
      tensors.put(field.getKey(), tensor);
    }
    if (in.read() >= 0) {
      throw new CorruptFileException(
          file, Long.BYTES + length + offset, "the end of the file", "more bytes");
    }
    return new Contents(metadata, tensors);
  }

  private static void readMetadata(JsonNode json, Map<String, String> metadata, String file)
      throws CorruptFileException {
    for (Iterator<Map.Entry<String, JsonNode>> fields = json.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (!field.getValue().isTextual()) {
        throw new CorruptFileException(
            file,
            Long.BYTES,
            "a text as metadata '" + field.getKey() + "'",
            String.valueOf(field.getValue().getNodeType()));
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static JsonNode header(byte[] bytes, String file) throws IOException {
    try {
      JsonNode header = JSON.readTree(bytes);
      if (header != null && header.isObject()) {
        return header;
      }
    } catch (JsonProcessingException e) {
      throw new CorruptFileException(
          file, Long.BYTES, "a JSON header", "no JSON: " + e.getOriginalMessage());
    }
    throw new CorruptFileException(file, Long.BYTES, "a JSON object as header", "other JSON");
  }

  private static Tensor readTensor(
      InputStream in, String file, String name, JsonNode description, long offset, long dataStart)
      throws IOException {
    Type type = null;
    for (Type candidate : Type.values()) {
      if (candidate.name().equals(description.path("dtype").asText())) {
        type = candidate;
      }
    }
    if (type == null) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          "type " + Arrays.toString(Type.values()) + " of tensor " + name,
          description.path("dtype").toString());
    }
    List<Integer> shape = shape(description.path("shape"), name, file);
    long start = description.path("data_offsets").path(0).asLong(-1);
    long end = description.path("data_offsets").path(1).asLong(-1);
    if (start != offset || end < start || end - start > Integer.MAX_VALUE - ALIGNMENT) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          "tensor " + name + " to lie from " + offset + " on",
          start + " to " + end);
    }
    long values = shape.stream().mapToLong(Integer::longValue).reduce(1, SafeTensors::product);
    if (values > Integer.MAX_VALUE || values * type.bytes != end - start) {
      throw new CorruptFileException(
          file,
          Long.BYTES,
          values * type.bytes + " bytes of tensor " + name,
          String.valueOf(end - start));
    }
    byte[] data = in.readNBytes((int) (end - start));
    if (data.length < end - start) {
      throw new CorruptFileException(
          file,
          dataStart + offset + data.length,
          "the rest of tensor " + name,
          "the end of the file");
    }
    return new Tensor(type, shape, data);
  }

  /** The product of two extents; more than any array holds where it would overflow. */
  private static long product(long a, long b) {
    return a > Integer.MAX_VALUE ? a : a * b;
  }

  private static List<Integer> shape(JsonNode shape, String name, String file)
      throws CorruptFileException {
    List<Integer> extents = new ArrayList<>();
    boolean valid = shape.isArray();
    for (JsonNode extent : shape) {
      valid &= extent.canConvertToInt() && extent.isIntegralNumber() && extent.asInt() >= 0;
      extents.add(extent.asInt());
    }
    if (!valid) {
      throw new CorruptFileException(
          file, Long.BYTES, "the shape of tensor " + name, shape.toString());
    }
    return extents;
  }
}
