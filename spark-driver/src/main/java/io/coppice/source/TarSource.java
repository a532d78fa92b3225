package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.source.TarSamples.Sample;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A directory of tar archives of images in the convention of WebDataset ({@link TarSamples}). The
 * driver lists it; executors read and decode.
 */
final class TarSource implements ImageSource {

  private static final String TAR = ".tar";

  private final DataConfig config;

  TarSource(DataConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return config.path();
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
    Path given = new Path(config.path());
    try (FileSystem fileSystem = OwnFileSystem.of(given, hadoop)) {
      SetFolders sets = SetFolders.of(fileSystem, fileSystem.getFileStatus(given).getPath());
      List<String> train = archives(fileSystem, sets.train());
      List<String> test = sets.test() == null ? null : archives(fileSystem, sets.test());
      ImageSettings settings = ImageSettings.of(config);
      Shape shape = settings.givenShape().orElseGet(() -> shape(fileSystem, train, settings));
      SerializableConfiguration carried = new SerializableConfiguration(hadoop);
      double share = config.testShare();
      return new SourceImages(
          shape,
          CompactModel.numbered(config.classes()),
          images(spark, carried, shape, train, ContentSplit.toLearnFrom(share, test != null)),
          ContentSplit.leavesSome(share, test != null)
              ? images(
                  spark,
                  carried,
                  shape,
                  test == null ? train : test,
                  ContentSplit.toTestBy(share, test != null))
              : null,
          settings.fit());
    } catch (FileNotFoundException e) {
      throw new InvalidDataException(config.path() + ": there is no such directory");
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private RDD<SourceImage> images(
      JavaSparkContext spark,
      SerializableConfiguration hadoop,
      Shape shape,
      List<String> archives,
      ContentSplit split) {
    int classes = config.classes() == 0 ? LabelColumn.MOST_CLASSES : config.classes();
    return new TarsRdd(
        spark.sc(), hadoop, ImageSettings.of(config), shape, classes, split, archives);
  }

  private static List<String> archives(FileSystem fileSystem, Path directory) throws IOException {
    List<String> archives = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(directory, true);
    while (files.hasNext()) {
      Path file = files.next().getPath();
      if (file.getName().endsWith(TAR) && !file.getName().startsWith(".")) {
        archives.add(file.toString());
      }
    }
    if (archives.isEmpty()) {
      throw new InvalidDataException(directory + ": expected files *" + TAR + ", found none");
    }
    Collections.sort(archives);
    return archives;
  }

  private Shape shape(FileSystem fileSystem, List<String> archives, ImageSettings settings) {
    try (FirstImage first = new FirstImage(settings)) {
      for (String archive : archives) {
        try (TarSamples samples = TarsRdd.open(fileSystem, archive)) {
          for (Sample sample = samples.next();
              sample != null && first.isSought();
              sample = samples.next()) {
            Shape shape =
                sample.image() == null
                    ? null
                    : first.shape(archive + ", " + sample.name(), new Encoded(sample.image()));
            if (shape != null) {
              return shape;
            }
          }
        }
      }
      throw FirstImage.notFound(config.path(), first.problem());
    }
  }
}
