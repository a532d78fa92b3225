package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.data.DataSource;
import io.coppice.data.DatasetFiles;
import io.coppice.data.DatasetFormat;
import io.coppice.data.FilePart;
import io.coppice.network.Shape;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;

/** A directory of files of MNIST or CIFAR and their relatives, or the sample that ships. */
public final class FileSource implements ImageSource {

  private final String path;
  private final Format format;
  private final int classes;

  private FileSource(String path, Format format, int classes) {
    this.path = path;
    this.format = format;
    this.classes = classes;
  }

  /** What a configuration names. */
  public static ImageSource of(DataConfig config) {
    return new FileSource(config.path(), config.format(), config.classes());
  }

  /**
   * A directory, whose files tell their format.
   *
   * @param path of any Hadoop file system
   */
  public static ImageSource of(String path) {
    return new FileSource(path, Format.AUTO, 0);
  }

  /** The sample of Fashion-MNIST that ships: 6,000 training and 1,000 test images. */
  public static ImageSource sample() {
    return of("");
  }

  @Override
  public String name() {
    return path.isEmpty() ? new SampleDataSource().locate("") : path;
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
    DataLocation location =
        path.isEmpty()
            ? new DataLocation.Sample()
            : new DataLocation.Directory(path, new SerializableConfiguration(hadoop));
    try (DataSource source = location.open()) {
      DatasetFiles files = format(source).files(source, classes);
      return new SourceImages(
          new Shape(files.channels(), files.height(), files.width()),
          IntStream.range(0, files.classes()).mapToObj(String::valueOf).toList(),
          images(spark, location, files.train()),
          images(spark, location, files.test()));
    }
  }

  private DatasetFormat format(DataSource source) throws IOException {
    return switch (format) {
      case AUTO -> DatasetFormat.detect(source);
      case IDX -> DatasetFormat.IDX;
      case CIFAR10 -> DatasetFormat.CIFAR10;
      case CIFAR100 -> DatasetFormat.CIFAR100;
    };
  }

  private static RDD<SourceImage> images(
      JavaSparkContext spark, DataLocation location, List<FilePart> parts) {
    return new FilesRdd(spark.sc(), location, parts);
  }
}
