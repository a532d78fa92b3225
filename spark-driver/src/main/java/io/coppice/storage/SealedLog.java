package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents of JSON that are only ever added: {@code DIRECTORY/NNNNNNNN.json}, numbered from 1 on,
 * each with its own hash. An entry is there once its file is whole, and no file is written twice,
 * so that adding one is atomic on file systems without renaming too. One that its writer did not
 * end keeps its number and counts as not there.
 *
 * <p>Two must not add at once: whoever adds owns the directory ({@link RunOwner}).
 */
public final class SealedLog {

  private static final Pattern NAME = Pattern.compile("[0-9]{8}\\.json");

  private final StoredDirectory directory;
  private final String name;
  private final Schema schema;

  /**
   * @param name of the directory that holds the entries
   */
  public SealedLog(StoredDirectory directory, String name, Schema schema) {
    this.directory = directory;
    this.name = name;
    this.schema = schema;
  }

  /** What became of an entry. */
  public enum Condition {
    WHOLE,
    /** Its writer was stopped before its end. */
    UNFINISHED,
    DAMAGED
  }

  /**
   * An entry.
   *
   * @param file its path in the directory
   * @param document in the newest version of its schema; null where it is not whole
   * @param problem what is wrong with it; empty where it is whole
   */
  public record Entry(
      long number,
      String file,
      Condition condition,
      @Nullable ObjectNode document,
      String problem) {}

  /**
   * All entries from the first to the last.
   *
   * @throws UnusableCheckpointException if a newer version of Coppice wrote one
   */
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String file : directory.names(name)) {
      if (NAME.matcher(file).matches()) {
        entries.add(read(name + "/" + file, number(file)));
      }
    }
    return entries;
  }

  private static long number(String file) {
    return Long.parseLong(file.substring(0, file.indexOf('.')));
  }

  private Entry read(String file, long number) throws IOException {
    String where = directory.path(file).toString();
    byte[] content;
    try {
      content = directory.read(file, BoundedJson.LARGEST);
    } catch (FileNotFoundException e) {
      return damaged(number, file, where + ": is not there any more");
    }
    if (SealedManifest.isCutOff(content)) {
      return new Entry(number, file, Condition.UNFINISHED, null, where + ": was not finished");
    }
    try {
      JsonNode written = BoundedJson.read(content, where);
      SealedManifest.check(content, where, "; restore it");
      return new Entry(number, file, Condition.WHOLE, schema.upgrade(written, where), "");
    } catch (IOException e) {
      return damaged(number, file, String.valueOf(e.getMessage()));
    }
  }

  private static Entry damaged(long number, String file, String problem) {
    return new Entry(number, file, Condition.DAMAGED, null, problem);
  }

  /**
   * Adds an entry behind all that are there, be they whole or not.
   *
   * @param document what it says; gets the version of its schema and its hash
   * @return its number
   * @throws IOException if it cannot be written, also where somebody else added one meanwhile
   */
  public long append(ObjectNode document) throws IOException {
    long number =
        1
            + directory.names(name).stream()
                .filter(file -> NAME.matcher(file).matches())
                .mapToLong(SealedLog::number)
                .max()
                .orElse(0);
    ObjectNode sealed = document.deepCopy();
    sealed.put(Schema.VERSION, schema.current());
    sealed.put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    byte[] content = SealedManifest.seal(BoundedJson.write(sealed));
    String file = String.format(Locale.ROOT, "%s/%08d.json", name, number);
    try (HashedFile out =
        new HashedFile(directory.fileSystem(), directory.path(file), false, summary -> {})) {
      out.stream().write(content);
    }
    return number;
  }
}
