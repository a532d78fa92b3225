package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.Summary;

/** An event file, read by TensorFlow's classes, with checksums bit by bit as CRC-32C is defined. */
public final class EventFile {

  private static final int POLYNOMIAL = 0x82f63b78;

  private final List<Event> events = new ArrayList<>();

  /** One event. */
  record Event(
      double wallTime, long step, String version, boolean sessionStarts, Summary summary) {}

  private EventFile() {}

  /** Reads all of a file, which is to be whole. */
  public static EventFile read(byte[] file) throws IOException {
    EventFile read = new EventFile();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      in.get(length);
      assertThat(in.getInt()).as("checksum of the length").isEqualTo(masked(length));
      byte[] content =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(content);
      assertThat(in.getInt()).as("checksum of the event").isEqualTo(masked(content));
      read.events.add(event(content));
    }
    return read;
  }

  List<Event> events() {
    return events;
  }

  /** The values of a tag by step, each of which is there once. */
  public TreeMap<Long, Float> scalars(String tag) {
    TreeMap<Long, Float> scalars = new TreeMap<>();
    for (Event event : events) {
      for (Summary.Value value : event.summary().getValueList()) {
        if (value.getTag().equals(tag)) {
          assertThat(value.getValueCase()).isEqualTo(Summary.Value.ValueCase.SIMPLE_VALUE);
          assertThat(scalars.put(event.step(), value.getSimpleValue())).as("a step twice").isNull();
        }
      }
    }
    return scalars;
  }

  private static Event event(byte[] content) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(content);
    double wallTime = 0;
    long step = 0;
    String version = "";
    boolean starts = false;
    Summary summary = Summary.getDefaultInstance();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> wallTime = in.readDouble();
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 -> summary = Summary.parseFrom(in.readByteArray());
        case 7 -> starts = java.util.Arrays.equals(in.readByteArray(), new byte[] {8, 1});
        default -> throw new IOException("an event has no field of tag " + tag);
      }
    }
    return new Event(wallTime, step, version, starts, summary);
  }

  private static int masked(byte[] bytes) {
    int crc = ~0;
    for (byte each : bytes) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
