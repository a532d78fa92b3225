package io.coppice.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A benchmark's result as a file. */
public final class JsonTable {

  private JsonTable() {}

  /** Writes an object of the machine and the given parts, in their order. */
  public static void write(File file, Map<String, Object> parts) throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("machine", Machine.describe());
    root.putAll(parts);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file, root);
  }
}
