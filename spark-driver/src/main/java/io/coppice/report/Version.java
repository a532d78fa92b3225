package io.coppice.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Coppice. */
public final class Version {

  private static final String RESOURCE = "/io/coppice/version.properties";

  private Version() {}

  public static String current() {
    return property("version");
  }

  /** The version of Spark that this one was built for. */
  public static String ofSpark() {
    return property("spark");
  }

  /** The version of Scala that this one was built for. */
  public static String ofScala() {
    return property("scala");
  }

  private static String property(String name) {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar");
      }
      properties.load(in);
      return properties.getProperty(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
