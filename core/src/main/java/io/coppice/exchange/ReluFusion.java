package io.coppice.exchange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which ReLUs become part of the batch norm or the sum of which they are the only readers. */
final class ReluFusion {

  private final Map<String, List<Dl4jVertex>> readers = new HashMap<>();
  private final Set<String> fused = new HashSet<>();

  ReluFusion(List<Dl4jVertex> vertices) {
    for (Dl4jVertex vertex : vertices) {
      for (String input : vertex.inputs()) {
        readers.computeIfAbsent(input, unused -> new ArrayList<>()).add(vertex);
      }
    }
  }

  /** Makes ReLU part of a vertex where nothing else reads it; whether it did. */
  boolean fuseInto(Dl4jVertex vertex) {
    List<Dl4jVertex> following = readers.getOrDefault(vertex.name(), List.of());
    if (following.size() == 1 && following.get(0).layer().isRelu()) {
      fused.add(following.get(0).name());
      return true;
    }
    return false;
  }

  /** Whether a vertex is part of what it reads. */
  boolean isFused(Dl4jVertex vertex) {
    return fused.contains(vertex.name());
  }
}
