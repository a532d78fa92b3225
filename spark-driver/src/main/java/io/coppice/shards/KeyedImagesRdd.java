package io.coppice.shards;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.source.LookAhead;
import io.coppice.source.SourceImage;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Product2;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * The images of a source, as {@link ImageRecord}s, by their {@link ContentKey}s, and the problems
 * among them.
 */
final class KeyedImagesRdd extends RDD<Product2<byte[], byte[]>> {

  private static final long serialVersionUID = 1L;

  private final RDD<SourceImage> source;
  private final Shape shape;
  private final boolean decodable;
  private final long seed;

  /**
   * @param shape of every image
   * @param decodable whether image files may be kept instead of their pixels
   */
  KeyedImagesRdd(RDD<SourceImage> source, Shape shape, boolean decodable, long seed) {
    super(
        source.context(),
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of(new OneToOneDependency<>(source)))
            .toSeq(),
        ClassTag$.MODULE$.apply(Product2.class));
    this.source = source;
    this.shape = shape;
    this.decodable = decodable;
    this.seed = seed;
  }

  @Override
  public Partition[] getPartitions() {
    return source.partitions();
  }

  @Override
  public scala.collection.Iterator<Product2<byte[], byte[]>> compute(
      Partition split, TaskContext context) {
    return JavaConverters.asScalaIterator(
        new Keyed(() -> JavaConverters.asJavaIterator(source.iterator(split, context))));
  }

  private final class Keyed extends LookAhead<Product2<byte[], byte[]>> {
    private final MessageDigest sha256 = ContentKey.sha256();
    private final Supplier<Iterator<SourceImage>> opened;
    private @Nullable Iterator<SourceImage> images;
    private boolean failed;

    Keyed(Supplier<Iterator<SourceImage>> opened) {
      this.opened = opened;
    }

    /** A problem that ends the source is its last element. */
    @Override
    protected @Nullable Product2<byte[], byte[]> advance() {
      if (failed) {
        return null;
      }
      try {
        return read();
      } catch (InvalidDataException e) {
        failed = true;
        return keyed(Problem.of(e));
      } catch (UncheckedIOException e) {
        failed = true;
        return keyed(Problem.of(e));
      }
    }

    private @Nullable Product2<byte[], byte[]> read() {
      Iterator<SourceImage> all = images == null ? opened.get() : images;
      images = all;
      if (!all.hasNext()) {
        return null;
      }
      SourceImage image = all.next();
      if (image instanceof SourceImage.Unreadable unreadable) {
        return keyed(new Problem(Problem.Kind.UNREADABLE, unreadable.reason()));
      }
      SourceImage.Readable readable = (SourceImage.Readable) image;
      ImageRecord record = ImageRecord.of(readable, shape, decodable);
      return new Tuple2<>(key(readable), record.bytes());
    }

    private byte[] key(SourceImage.Readable image) {
      byte[] file = decodable ? image.encoded() : null;
      return file == null
          ? ContentKey.of(seed, sha256, image.label(), image.pixels())
          : ContentKey.of(seed, sha256, image.label(), image.pixels(), file);
    }

    private static Product2<byte[], byte[]> keyed(Problem problem) {
      return new Tuple2<>(ContentKey.ofProblem(), problem.toBytes());
    }
  }
}
