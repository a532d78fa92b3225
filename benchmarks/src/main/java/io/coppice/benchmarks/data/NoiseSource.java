package io.coppice.benchmarks.data;

import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImage;
import io.coppice.source.SourceImages;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * Images of noise, which executors make as they read them: as many as are wanted, and always the
 * same.
 *
 * @param shape of an image
 * @param classes number of classes
 * @param trainImages images to learn from
 * @param testImages images to measure by
 */
public record NoiseSource(Shape shape, int classes, long trainImages, long testImages)
    implements ImageSource {

  private static final int IMAGES_OF_A_PART = 10_000;

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) {
    return new SourceImages(
        shape,
        CompactModel.numbered(classes),
        new NoiseRdd(spark.sc(), shape, classes, 0, trainImages),
        new NoiseRdd(spark.sc(), shape, classes, trainImages, testImages));
  }

  private record Part(int index, long first, long end) implements Partition {}

  private static final class NoiseRdd extends RDD<SourceImage> {
    private static final long serialVersionUID = 1L;

    private final Shape shape;
    private final int classes;
    private final long first;
    private final long count;

    NoiseRdd(SparkContext spark, Shape shape, int classes, long first, long count) {
      super(
          spark,
          JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
          ClassTag$.MODULE$.apply(SourceImage.class));
      this.shape = shape;
      this.classes = classes;
      this.first = first;
      this.count = count;
    }

    @Override
    public Partition[] getPartitions() {
      int parts = (int) ((count + IMAGES_OF_A_PART - 1) / IMAGES_OF_A_PART);
      return IntStream.range(0, parts)
          .mapToObj(
              part ->
                  new Part(
                      part,
                      first + (long) part * IMAGES_OF_A_PART,
                      first + Math.min(count, (part + 1L) * IMAGES_OF_A_PART)))
          .toArray(Partition[]::new);
    }

    @Override
    public Iterator<SourceImage> compute(Partition split, TaskContext context) {
      Part part = (Part) split;
      return JavaConverters.asScalaIterator(
          LongStream.range(part.first(), part.end()).mapToObj(this::image).iterator());
    }

    private SourceImage image(long number) {
      CounterRandom random = CounterRandom.of(1, Purpose.AUGMENTATION, number);
      byte[] pixels = new byte[shape.size()];
      ByteBuffer words = ByteBuffer.wrap(pixels);
      while (words.remaining() >= Long.BYTES) {
        words.putLong(random.nextLong());
      }
      while (words.hasRemaining()) {
        words.put((byte) random.nextLong());
      }
      return new SourceImage.Readable((int) (number % classes), pixels);
    }
  }
}
