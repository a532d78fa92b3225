package io.coppice.dl4j;

import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImage;
import io.coppice.source.SourceImages;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;

/**
 * The examples of an RDD of minibatches as images to learn from, none to test by.
 *
 * @param data the minibatches
 * @param shape of every example's features
 * @param classes number of classes
 * @param levels that features are kept in
 */
record MinibatchSource(JavaRDD<Minibatch> data, Shape shape, int classes, FeatureLevels levels)
    implements ImageSource {

  @Override
  public String name() {
    String name = data.name();
    return name == null ? "the data to fit" : name;
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) {
    return new SourceImages(
        shape,
        CompactModel.numbered(classes),
        data.mapPartitionsWithIndex(new ToImages(shape, classes, levels), true).rdd(),
        null,
        null,
        levels.normalisation());
  }

  /** Makes images of a partition's examples. */
  private record ToImages(Shape shape, int classes, FeatureLevels levels)
      implements Function2<Integer, Iterator<Minibatch>, Iterator<SourceImage>>, Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<SourceImage> call(Integer partition, Iterator<Minibatch> minibatches) {
      AtomicInteger number = new AtomicInteger();
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(minibatches, Spliterator.ORDERED), false)
          .flatMap(
              minibatch ->
                  images(minibatch, FeatureSurvey.where(partition, number.getAndIncrement())))
          .iterator();
    }

    private Stream<SourceImage> images(Minibatch minibatch, String where) {
      Examples examples = Examples.of(minibatch, shape, where);
      if (!examples.shape().equals(shape) || examples.classes() != classes) {
        throw new InvalidDataException(
            where
                + ": is another one than when it was looked at; cache the RDD, or make it of the same data each time");
      }
      return IntStream.range(0, examples.labels().length)
          .mapToObj(i -> new SourceImage.Readable(examples.labels()[i], pixels(examples, i)));
    }

    private byte[] pixels(Examples examples, int number) {
      byte[] pixels = new byte[shape.size()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = levels.level(i / shape.area(), examples.features()[number * pixels.length + i]);
      }
      return pixels;
    }
  }
}
