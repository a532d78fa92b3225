package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.NetworkConfig;
import io.coppice.data.ImageSet;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.NetworkFile.Content;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where the network of a run comes from: a program, a file, or the catalogue. */
final class NetworkSource {

  private static final String ORIGIN = "configuration and data";

  private NetworkSource() {}

  /** A network that a program made. */
  static Content given(Network network) {
    return new Content(network, null, List.of());
  }

  /**
   * The network of the catalogue that a configuration names, for the images at hand.
   *
   * @throws ConfigException if there is none
   */
  static Content ofCatalogue(NetworkConfig config, ImageSet images) {
    try {
      return given(
          NetworkCatalogue.create(config.name(), shape(images), images.classes(), config.width()));
    } catch (InvalidNetworkException e) {
      throw new ConfigException(ORIGIN, List.of("'network': " + e.getMessage()));
    }
  }

  /**
   * The network that a configuration names.
   *
   * @param hadoop for the file system of {@code network.file}
   * @throws ConfigException if there is no such network or file, or the file holds something else
   * @throws IOException if the file cannot be read
   */
  static Content of(RunConfig config, ImageSet images, Configuration hadoop) throws IOException {
    String file = config.network().file();
    if (file.isEmpty()) {
      return ofCatalogue(config.network(), images);
    }
    try {
      return NetworkFile.read(read(new Path(file), hadoop), file, shape(images));
    } catch (FileNotFoundException e) {
      throw wrong("there is no file " + file);
    } catch (InvalidNetworkException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] read(Path path, Configuration hadoop) throws IOException {
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop)) {
      if (fileSystem.getFileStatus(path).isDirectory()) {
        throw wrong(path + " is a directory");
      }
      try (InputStream in = fileSystem.open(path)) {
        return in.readAllBytes();
      }
    }
  }

  private static ConfigException wrong(String problem) {
    return new ConfigException(ORIGIN, List.of("'network.file': " + problem));
  }

  private static Shape shape(ImageSet images) {
    return new Shape(images.channels(), images.height(), images.width());
  }
}
