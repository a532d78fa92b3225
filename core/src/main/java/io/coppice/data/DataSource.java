package io.coppice.data;

import java.io.IOException;
import java.io.InputStream;

/** A place that holds the files of a data set, such as a directory. */
public interface DataSource extends AutoCloseable {

  /** Whether there is a file of that name; of no name: whether the place itself is there. */
  boolean exists(String name) throws IOException;

  /** Opens a file of that name from its start. */
  InputStream open(String name) throws IOException;

  /** The full name of a file, for messages. */
  String locate(String name);

  /** Lets go of what the place itself holds open. */
  @Override
  default void close() throws IOException {}
}
