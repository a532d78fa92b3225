package io.coppice.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes of a registry.
 *
 * @param versions their numbers
 * @param runs ids of retrainings that are over, of whose runs nothing stays but the page
 */
public record Pruning(List<Integer> versions, List<String> runs) {

  /** The member of an entry's figures that names the versions. */
  static final String VERSIONS = "removedVersions";

  private static final String RUNS = "removedRuns";

  /** Whether nothing goes. */
  public boolean isEmpty() {
    return versions.isEmpty() && runs.isEmpty();
  }

  /** In one sentence. */
  public String sentence() {
    List<String> parts = new ArrayList<>();
    if (!versions.isEmpty()) {
      parts.add(
          "version"
              + (versions.size() == 1 ? " " : "s ")
              + String.join(", ", versions.stream().map(String::valueOf).toList()));
    }
    if (!runs.isEmpty()) {
      parts.add("run" + (runs.size() == 1 ? " " : "s ") + String.join(", ", runs));
    }
    return parts.isEmpty() ? "nothing to remove" : "removed: " + String.join("; ", parts);
  }

  /** As the history has it. */
  public ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    versions.forEach(json.putArray(VERSIONS)::add);
    runs.forEach(json.putArray(RUNS)::add);
    return json;
  }
}
