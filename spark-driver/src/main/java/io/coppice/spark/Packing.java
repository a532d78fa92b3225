package io.coppice.spark;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Values as bytes and back, by a Kryo of our own that knows our classes and no other, whatever
 * Spark's serializer is. May be used by several threads.
 */
final class Packing {

  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private final KryoSerializer kryo;

  /** A serializer is costly to make, and for one thread at a time. */
  private final Queue<SerializerInstance> idle = new ConcurrentLinkedQueue<>();

  Packing() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.kryo.registrator", CoppiceKryoRegistrator.class.getName())
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryoserializer.buffer.max", "2047m");
    kryo = new KryoSerializer(conf);
    kryo.setDefaultClassLoader(Packing.class.getClassLoader());
  }

  byte[] pack(Object value) {
    SerializerInstance serializer = take();
    ByteBuffer buffer = serializer.serialize(value, ANY);
    idle.add(serializer);
    if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.limit()) {
      return buffer.array();
    }
    return Arrays.copyOfRange(
        buffer.array(), buffer.arrayOffset(), buffer.arrayOffset() + buffer.limit());
  }

  Object unpack(byte[] bytes) {
    SerializerInstance serializer = take();
    Object value = serializer.deserialize(ByteBuffer.wrap(bytes), ANY);
    idle.add(serializer);
    return value;
  }

  private SerializerInstance take() {
    SerializerInstance serializer = idle.poll();
    return serializer == null ? kryo.newInstance() : serializer;
  }
}
