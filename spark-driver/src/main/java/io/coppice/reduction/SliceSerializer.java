package io.coppice.reduction;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;

/**
 * Slices as they lie in a shuffle file: number of the slice, number of the task, number of bytes,
 * all big-endian, and the bytes.
 */
final class SliceSerializer extends Serializer implements Serializable {

  private static final long serialVersionUID = 1L;

  @Override
  public SerializerInstance newInstance() {
    return new Instance();
  }

  /** A slice means the same wherever it lies, so that Spark may sort what was written. */
  @Override
  public boolean supportsRelocationOfSerializedObjects() {
    return true;
  }

  private static final class Instance extends SerializerInstance {

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      return new Writer(new DataOutputStream(new BufferedOutputStream(out)));
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return new Reader(new DataInputStream(new BufferedInputStream(in)));
    }

    @Override
    public <T> ByteBuffer serialize(T value, ClassTag<T> tag) {
      throw new UnsupportedOperationException("slices are written as streams alone");
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> tag) {
      throw new UnsupportedOperationException("slices are read as streams alone");
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> tag) {
      throw new UnsupportedOperationException("slices are read as streams alone");
    }
  }

  private static final class Writer extends SerializationStream {
    private final DataOutputStream out;

    Writer(DataOutputStream out) {
      this.out = out;
    }

    @Override
    public <T> SerializationStream writeObject(T value, ClassTag<T> tag) {
      try {
        if (value instanceof SliceKey key) {
          out.writeInt(key.slice());
          out.writeInt(key.task());
        } else {
          byte[] bytes = (byte[]) value;
          out.writeInt(bytes.length);
          out.write(bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    @Override
    public void flush() {
      try {
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Scala's iterators end at an EOFException, and Scala declares no exceptions. */
  private static final class Reader extends DeserializationStream {
    private final DataInputStream in;

    Reader(DataInputStream in) {
      this.in = in;
    }

    @Override
    public <T> T readObject(ClassTag<T> tag) {
      throw new UnsupportedOperationException("slices come with their keys");
    }

    @Override
    @SuppressWarnings("unchecked") // the keys that were written
    public <T> T readKey(ClassTag<T> tag) {
      try {
        return (T) new SliceKey(in.readInt(), in.readInt());
      } catch (IOException e) {
        throw sneaky(e);
      }
    }

    @Override
    @SuppressWarnings("unchecked") // the values that were written
    public <T> T readValue(ClassTag<T> tag) {
      try {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return (T) bytes;
      } catch (IOException e) {
        throw sneaky(e);
      }
    }

    @SuppressWarnings("unchecked") // inferred as a RuntimeException, which it need not be
    private static <E extends Exception> RuntimeException sneaky(IOException e) throws E {
      throw (E) e;
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
