package io.coppice.source;

import io.coppice.network.Shape;
import io.coppice.source.FolderTree.ImageFile;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
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

/** Image files, decoded where they are read, in partitions of nearly equal bytes. */
final class ImageFilesRdd extends RDD<SourceImage> {

  private static final long serialVersionUID = 1L;

  private static final long PARTITION_BYTES = 16L << 20;

  /** What opening a file costs, in bytes read in the same time. */
  private static final long OPENING_BYTES = 1L << 14;

  /** A file of more is too large for an image. */
  static final int MOST_BYTES = 1 << 28;

  private final SerializableConfiguration hadoop;
  private final ImageSettings settings;
  private final Shape shape;
  private final ContentSplit split;
  private final transient List<Files> parts;

  /** A part of the files, as arrays, of which there may be millions. */
  private record Files(int index, String[] paths, int[] labels) implements Partition {}

  ImageFilesRdd(
      SparkContext spark,
      SerializableConfiguration hadoop,
      ImageSettings settings,
      Shape shape,
      ContentSplit split,
      List<ImageFile> files) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(SourceImage.class));
    this.hadoop = hadoop;
    this.settings = settings;
    this.shape = shape;
    this.split = split;
    this.parts = parts(files, spark.defaultParallelism());
  }

  private static List<Files> parts(List<ImageFile> files, int least) {
    long total = files.stream().mapToLong(ImageFilesRdd::cost).sum();
    long wanted = Math.max(least, (total + PARTITION_BYTES - 1) / PARTITION_BYTES);
    int count = (int) Math.min(Math.max(1, files.size()), wanted);
    List<Files> parts = new ArrayList<>();
    int from = 0;
    long before = 0;
    for (int part = 0; part < count; part++) {
      int to = from;
      while (to < files.size() && (part == count - 1 || before * count < total * (part + 1))) {
        before += cost(files.get(to++));
      }
      List<ImageFile> some = files.subList(from, to);
      parts.add(
          new Files(
              part,
              some.stream().map(ImageFile::path).toArray(String[]::new),
              some.stream().mapToInt(ImageFile::label).toArray()));
      from = to;
    }
    return parts;
  }

  private static long cost(ImageFile file) {
    return OPENING_BYTES + file.bytes();
  }

  /**
   * A file's content; less than all of one that is too large for an image.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  static byte[] content(FileSystem fileSystem, String path) {
    // Hadoop looks for a file of checksums beside every local file, and trips over colons in names.
    FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
    try (InputStream in = plain.open(new Path(path))) {
      return in.readNBytes(MOST_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return parts.toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<SourceImage> compute(Partition part, TaskContext context) {
    Files files = (Files) part;
    if (files.paths().length == 0) {
      return JavaConverters.asScalaIterator(List.<SourceImage>of().iterator());
    }
    try {
      FileSystem fileSystem = OwnFileSystem.of(new Path(files.paths()[0]), hadoop.value());
      TaskEnd.closes(context, fileSystem);
      EncodedImages decoder = new EncodedImages(settings, shape);
      TaskEnd.closes(context, decoder);
      return JavaConverters.asScalaIterator(new Images(files, fileSystem, decoder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Images extends LookAhead<SourceImage> {
    private final Files files;
    private final FileSystem fileSystem;
    private final EncodedImages decoder;
    private int place;

    Images(Files files, FileSystem fileSystem, EncodedImages decoder) {
      this.files = files;
      this.fileSystem = fileSystem;
      this.decoder = decoder;
    }

    @Override
    protected @Nullable SourceImage advance() {
      while (place < files.paths().length) {
        String path = files.paths()[place];
        int label = files.labels()[place++];
        byte[] content = content(fileSystem, path);
        if (split.takes(content)) {
          return decoder.read(path, label, new Encoded(content));
        }
      }
      return null;
    }
  }
}
