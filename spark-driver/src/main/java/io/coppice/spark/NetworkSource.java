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
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Where the network of a run comes from: a program, a file, or the catalogue. Which one it is
 * depends on the images, whose shape files do not say.
 */
final class NetworkSource {

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
    ConfiguredFile file = new ConfiguredFile("network.file", config.network().file());
    if (file.path().isEmpty()) {
      return ofCatalogue(config.network());
    }
    byte[] content = file.read(hadoop);
    return new NetworkSource((shape, classes) -> ofFile(content, file, shape));
  }

  private static Content ofFile(byte[] content, ConfiguredFile file, Shape shape) {
    try {
      return NetworkFile.read(content, file.path(), shape);
    } catch (InvalidNetworkException e) {
      throw file.refused(String.valueOf(e.getMessage()));
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
      throw new ConfigException(RunSetup.ORIGIN, List.of("'network': " + e.getMessage()));
    }
  }
}
