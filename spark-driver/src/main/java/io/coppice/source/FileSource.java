package io.coppice.source;

import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.data.DataSource;
import io.coppice.data.DatasetFiles;
import io.coppice.data.DatasetFormat;
import io.coppice.data.FilePart;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/**
 * A directory of files of MNIST or CIFAR and their relatives, a folder of images for each class, a
 * table (see {@link TableSource}), or the sample that ships.
 */
public final class FileSource implements ImageSource {

  private final DataConfig config;

  private FileSource(DataConfig config) {
    this.config = config;
  }

  /** What a configuration names. */
  public static ImageSource of(DataConfig config) {
    return new FileSource(config);
  }

  /**
   * A directory, whose files tell their format.
   *
   * @param path of any Hadoop file system
   */
  public static ImageSource of(String path) {
    return of(path, Map.of());
  }

  /**
   * A directory, read as some settings say.
   *
   * @param path of any Hadoop file system
   * @param settings keys as in a configuration file, such as {@code data.size}
   */
  public static ImageSource of(String path, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("data.path", path);
    return of(ConfigReader.read("settings of the images", "", all).data());
  }

  /** The sample of Fashion-MNIST that ships: 6,000 training and 1,000 test images. */
  public static ImageSource sample() {
    return of("");
  }

  @Override
  public String name() {
    return config.path().isEmpty() ? new SampleDataSource().locate("") : config.path();
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
    Optional<ImageSource> source = source(config.format());
    return source.isPresent() ? source.get().open(spark, hadoop) : openFiles(spark, hadoop);
  }

  /** The source of a format that is not read here. */
  private Optional<ImageSource> source(Format format) {
    return switch (format) {
      case FOLDER -> Optional.of(new FolderSource(config));
      case PARQUET, ORC, TABLE -> Optional.of(TableSource.of(config, format));
      case WEBDATASET -> Optional.of(new TarSource(config));
      default -> Optional.empty();
    };
  }

  private SourceImages openFiles(JavaSparkContext spark, Configuration hadoop) throws IOException {
    DataLocation location =
        config.path().isEmpty()
            ? new DataLocation.Sample()
            : DataLocation.directory(config.path(), hadoop);
    try (DataSource source = location.open()) {
      if (!source.exists("")) {
        throw new InvalidDataException(name() + ": there is no such directory");
      }
      Optional<DatasetFormat> format = format(source);
      if (format.isEmpty()) {
        Optional<ImageSource> other =
            TrainFiles.format(config.path(), hadoop).flatMap(this::source);
        if (other.isEmpty() && FolderTree.isOne(config.path(), hadoop)) {
          other = source(Format.FOLDER);
        }
        if (other.isPresent()) {
          return other.get().open(spark, hadoop);
        }
      }
      DatasetFiles files =
          (format.isPresent() ? format.get() : DatasetFormat.detect(source))
              .files(source, config.classes());
      return new SourceImages(
          new Shape(files.channels(), files.height(), files.width()),
          CompactModel.numbered(files.classes()),
          images(spark, location, files.train()),
          images(spark, location, files.test()));
    }
  }

  private Optional<DatasetFormat> format(DataSource source) throws IOException {
    return switch (config.format()) {
      case IDX -> Optional.of(DatasetFormat.IDX);
      case CIFAR10 -> Optional.of(DatasetFormat.CIFAR10);
      case CIFAR100 -> Optional.of(DatasetFormat.CIFAR100);
      default -> DatasetFormat.find(source);
    };
  }

  private static RDD<SourceImage> images(
      JavaSparkContext spark, DataLocation location, List<FilePart> parts) {
    return new FilesRdd(spark.sc(), location, parts);
  }
}
