package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.NetworkConfig;
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

/**
 * Where the network of a run comes from: a program, a file, or the catalogue. Which one it is
 * depends on the images, whose shape files do not say.
 */
final class NetworkSource {

  private static final String ORIGIN = "configuration and data";
  private static final String FILE = "'network.file': ";

  private final ForImages network;

  private NetworkSource(ForImages network) {
    this.network = network;
  }

  /** Gives the network for images of a shape and a number of classes. */
  private interface ForImages {
    Content of(Shape shape, int classes);
  }

  /** A network that a program made. */
  static NetworkSource given(Network network) {
    return given(new Content(network, null, List.of()));
  }

  /** The same with the weights that training starts from. */
  static NetworkSource given(Content content) {
    return new NetworkSource((shape, classes) -> content);
  }

  /** The network of the catalogue that a configuration names. */
  static NetworkSource ofCatalogue(NetworkConfig config) {
    return new NetworkSource(
        (shape, classes) ->
            new Content(
                NetworkCatalogue.create(config.name(), shape, classes, config.width()),
                null,
                List.of()));
  }

  /**
   * The network that a configuration names.
   *
   * @param hadoop for the file system of {@code network.file}
   * @throws ConfigException if there is no such file
   * @throws IOException if the file cannot be read
   */
  static NetworkSource of(RunConfig config, Configuration hadoop) throws IOException {
    String file = config.network().file();
    if (file.isEmpty()) {
      return ofCatalogue(config.network());
    }
    try {
      byte[] content = read(new Path(file), hadoop);
      return new NetworkSource((shape, classes) -> ofFile(content, file, shape));
    } catch (FileNotFoundException e) {
      throw new ConfigException(ORIGIN, List.of(FILE + "there is no file " + file));
    }
  }

  private static Content ofFile(byte[] content, String file, Shape shape) {
    try {
      return NetworkFile.read(content, file, shape);
    } catch (InvalidNetworkException e) {
      throw new ConfigException(ORIGIN, List.of(FILE + e.getMessage()));
    }
  }

  /**
   * The network for the images at hand.
   *
   * @throws ConfigException if there is no such network, or the file holds something else
   */
  Content of(Shape shape, int classes) {
    try {
      return network.of(shape, classes);
    } catch (InvalidNetworkException e) {
      throw new ConfigException(ORIGIN, List.of("'network': " + e.getMessage()));
    }
  }

  private static byte[] read(Path path, Configuration hadoop) throws IOException {
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop)) {
      if (fileSystem.getFileStatus(path).isDirectory()) {
        throw new ConfigException(ORIGIN, List.of(FILE + path + " is a directory"));
      }
      try (InputStream in = fileSystem.open(path)) {
        return in.readAllBytes();
      }
    }
  }
}
