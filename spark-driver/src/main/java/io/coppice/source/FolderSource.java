package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.network.Shape;
import io.coppice.source.FolderTree.ImageFile;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
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
    Optional<Shape> given = settings.givenShape();
    Shape shape = given.isPresent() ? given.get() : shape(tree.train(), settings, hadoop);
    SerializableConfiguration carried = new SerializableConfiguration(hadoop);
    List<ImageFile> test = tree.test();
    return new SourceImages(
        shape,
        tree.classes(),
        new ImageFilesRdd(
            spark.sc(),
            carried,
            settings,
            shape,
            ContentSplit.toLearnFrom(config.testShare(), test != null),
            tree.train()),
        ContentSplit.leavesSome(config.testShare(), test != null)
            ? new ImageFilesRdd(
                spark.sc(),
                carried,
                settings,
                shape,
                ContentSplit.toTestBy(config.testShare(), test != null),
                test == null ? tree.train() : test)
            : null,
        settings.fit());
  }

  private static Shape shape(List<ImageFile> files, ImageSettings settings, Configuration hadoop)
      throws IOException {
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
