package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.source.TarSamples.Sample;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** The images of tar archives ({@link TarSamples}), each read from end to end by one task. */
final class TarsRdd extends RDD<SourceImage> {

  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;
  private final ImageSettings settings;
  private final Shape shape;
  private final int classes;
  private final ContentSplit split;
  private final transient List<String> paths;

  private record Tar(int index, String path) implements Partition {}

  /**
   * @param classes number of classes that there can be at most
   */
  TarsRdd(
      SparkContext spark,
      SerializableConfiguration hadoop,
      ImageSettings settings,
      Shape shape,
      int classes,
      ContentSplit split,
      List<String> paths) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(SourceImage.class));
    this.hadoop = hadoop;
    this.settings = settings;
    this.shape = shape;
    this.classes = classes;
    this.split = split;
    this.paths = paths;
  }

  /**
   * The samples of an archive, to be closed by the caller.
   *
   * @throws UncheckedIOException if it cannot be opened
   */
  static TarSamples open(FileSystem fileSystem, String path) {
    try {
      return new TarSamples(path, fileSystem.open(new Path(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, paths.size())
        .mapToObj(index -> new Tar(index, paths.get(index)))
        .toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<SourceImage> compute(Partition part, TaskContext context) {
    try {
      String path = ((Tar) part).path();
      FileSystem fileSystem = OwnFileSystem.of(new Path(path), hadoop.value());
      TaskEnd.closes(context, fileSystem);
      TarSamples samples = open(fileSystem, path);
      TaskEnd.closes(context, samples);
      EncodedImages decoder = new EncodedImages(settings, shape);
      TaskEnd.closes(context, decoder);
      return JavaConverters.asScalaIterator(new Images(path, samples, decoder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Images extends LookAhead<SourceImage> {
    private final String path;
    private final TarSamples samples;
    private final EncodedImages decoder;

    Images(String path, TarSamples samples, EncodedImages decoder) {
      this.path = path;
      this.samples = samples;
      this.decoder = decoder;
    }

    @Override
    protected @Nullable SourceImage advance() {
      for (Sample sample = samples.next(); sample != null; sample = samples.next()) {
        byte[] content = sample.image() == null ? new byte[0] : sample.image();
        if (split.takes(content)) {
          String where = path + ", " + sample.name();
          int label = label(where, sample.label());
          return sample.image() == null
              ? new SourceImage.Unreadable(
                  where + ": expected an image (jpg, jpeg, png, bmp or gif), found none")
              : decoder.read(where, label, new Encoded(content));
        }
      }
      return null;
    }

    private int label(String where, @Nullable String text) {
      int label = text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
      if (label < 0 || label >= classes) {
        throw new InvalidDataException(
            where
                + ": expected in its cls the number of a class from 0 to "
                + (classes - 1)
                + ", found "
                + (text == null ? "no cls" : "\"" + text + "\""));
      }
      return label;
    }
  }
}
