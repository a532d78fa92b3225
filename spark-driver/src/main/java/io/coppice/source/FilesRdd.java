package io.coppice.source;

import io.coppice.data.DataSource;
import io.coppice.data.FilePart;
import io.coppice.data.ImageReader;
import io.coppice.data.LabelledImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** The images of files, a partition for each part of them. */
final class FilesRdd extends RDD<SourceImage> {

  private static final long serialVersionUID = 1L;

  private final DataLocation location;
  private final transient List<FilePart> parts;

  private record FilePartition(int index, FilePart part) implements Partition {}

  FilesRdd(SparkContext spark, DataLocation location, List<FilePart> parts) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(SourceImage.class));
    this.location = location;
    this.parts = parts;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, parts.size())
        .mapToObj(index -> new FilePartition(index, parts.get(index)))
        .toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<SourceImage> compute(Partition split, TaskContext context) {
    try {
      DataSource source = location.open();
      TaskEnd.closes(context, source);
      ImageReader reader = ((FilePartition) split).part().open(source);
      TaskEnd.closes(context, reader);
      return JavaConverters.asScalaIterator(new Images(reader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Images extends LookAhead<SourceImage> {
    private final ImageReader reader;

    Images(ImageReader reader) {
      this.reader = reader;
    }

    @Override
    protected @Nullable SourceImage advance() {
      try {
        LabelledImage image = reader.read();
        return image == null ? null : new SourceImage.Readable(image.label(), image.pixels());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
