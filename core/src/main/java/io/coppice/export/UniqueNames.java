package io.coppice.export;

import java.util.HashSet;
import java.util.Set;

/** Names of which none is given twice. */
final class UniqueNames {

  private final Set<String> taken = new HashSet<>();

  /** The name itself, or where it is taken with as many underscores as it needs. */
  String of(String wanted) {
    String name = wanted;
    while (!taken.add(name)) {
      name += "_";
    }
    return name;
  }
}
