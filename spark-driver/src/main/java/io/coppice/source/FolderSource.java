package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.network.Shape;
import io.coppice.source.FolderTree.ImageFile;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A directory with a folder of image files for each class ({@link FolderTree}). The driver lists
 * it; executors read and decode. Without {@code test} or {@code val}, {@code data.testShare} of the
 * images is split off by their content.
 */
final class FolderSource implements ImageSource {

  private final DataConfig config;

  FolderSource(DataConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return config.path();
  }

  @Override
  public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
    FolderTree tree = FolderTree.list(config.path(), hadoop);
    ImageSettings settings = ImageSettings.of(config);
    Shape shape = shape(tree.train(), settings, hadoop);
    SerializableConfiguration carried = new SerializableConfiguration(hadoop);
    List<ImageFile> test = tree.test();
    boolean split = test == null;
    return new SourceImages(
        shape,
        tree.classes(),
        new ImageFilesRdd(
            spark.sc(),
            carried,
            settings,
            shape,
            split ? new ContentSplit(config.testShare(), false) : ContentSplit.ALL,
            tree.train()),
        new ImageFilesRdd(
            spark.sc(),
            carried,
            settings,
            shape,
            split ? new ContentSplit(config.testShare(), true) : ContentSplit.ALL,
            test == null ? tree.train() : test),
        settings.fit());
  }

  private static Shape shape(List<ImageFile> files, ImageSettings settings, Configuration hadoop)
      throws IOException {
    if (settings.side() > 0) {
      return new Shape(settings.channels(), settings.side(), settings.side());
    }
    Path first = new Path(files.get(0).path());
    try (FileSystem fileSystem = OwnFileSystem.of(first, hadoop);
        FirstImage image = new FirstImage(settings)) {
      for (ImageFile file : files) {
        Shape shape =
            image.shape(file.path(), new Encoded(ImageFilesRdd.content(fileSystem, file.path())));
        if (shape != null) {
          return shape;
        } else if (!image.isSought()) {
          break;
        }
      }
      throw FirstImage.notFound(first.getParent().toString(), image.problem());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
