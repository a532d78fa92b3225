package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;

/**
 * A document of JSON in a directory that is replaced again and again, by whoever owns the directory
 * ({@link RunOwner}). Its writer may be killed on the way, so that a reader has to do without it.
 */
public final class ReplacedFile {

  private final StoredDirectory directory;
  private final String name;

  /**
   * @param name of the file in the directory
   */
  public ReplacedFile(StoredDirectory directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  /** Its full path. */
  public String location() {
    return directory.path(name).toString();
  }

  /** The directory that it lies in, or below. */
  public StoredDirectory directory() {
    return directory;
  }

  /** Puts another document in the place of the one that is there. */
  public void write(ObjectNode document) throws IOException {
    directory.replace(name, BoundedJson.write(document));
  }

  /**
   * The document; empty where there is none, or none that is whole.
   *
   * @throws IOException if the file is there and cannot be read
   */
  public Optional<JsonNode> read() throws IOException {
    byte[] content;
    try {
      content = directory.read(name, BoundedJson.LARGEST);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return BoundedJson.isWhole(content)
        ? Optional.of(BoundedJson.read(content, location()))
        : Optional.empty();
  }
}
