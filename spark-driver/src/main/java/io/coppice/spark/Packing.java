package io.coppice.spark;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Values as bytes and back, by the serializer that Spark is set to: Kryo, registered classes only.
 */
final class Packing {

  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private static final ThreadLocal<Instance> INSTANCE = new ThreadLocal<>();

  /** A serializer is costly to make, and belongs to one Spark and one thread. */
  private record Instance(SparkEnv environment, SerializerInstance serializer) {}

  private Packing() {}

  static byte[] pack(Object value) {
    ByteBuffer buffer = serializer().serialize(value, ANY);
    if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.limit()) {
      return buffer.array();
    }
    return Arrays.copyOfRange(
        buffer.array(), buffer.arrayOffset(), buffer.arrayOffset() + buffer.limit());
  }

  static Object unpack(byte[] bytes) {
    return serializer().deserialize(ByteBuffer.wrap(bytes), ANY);
  }

  private static SerializerInstance serializer() {
    Instance instance = INSTANCE.get();
    if (instance == null || instance.environment() != SparkEnv.get()) {
      instance = new Instance(SparkEnv.get(), SparkEnv.get().serializer().newInstance());
      INSTANCE.set(instance);
    }
    return instance.serializer();
  }
}
