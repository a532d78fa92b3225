package io.coppice.dl4j;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What is seen of a channel's features: the least, the largest, and all of them if they are few.
 */
final class ChannelValues {

  private float least = Float.POSITIVE_INFINITY;
  private float largest = Float.NEGATIVE_INFINITY;
  private final FewValues few = new FewValues();

  void add(float value) {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
    few.add(value);
  }

  void add(ChannelValues other) {
    least = Math.min(least, other.least);
    largest = Math.max(largest, other.largest);
    few.add(other.few);
  }

  float least() {
    return least;
  }

  float largest() {
    return largest;
  }

  FewValues few() {
    return few;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeFloat(least);
    out.writeFloat(largest);
    float[] values = few.sorted();
    out.writeInt(few.areMany() ? -1 : values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  static ChannelValues read(DataInputStream in) throws IOException {
    ChannelValues read = new ChannelValues();
    read.least = in.readFloat();
    read.largest = in.readFloat();
    int count = in.readInt();
    if (count < 0) {
      // Any values of which there are too many.
      for (int i = 0; i <= FewValues.MOST; i++) {
        read.few.add(i);
      }
    }
    for (int i = 0; i < count; i++) {
      read.few.add(in.readFloat());
    }
    return read;
  }
}
