package io.coppice.source;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of classes that have names. */
final class ClassNames {

  private ClassNames() {}

  /** Names in the order of their classes: by number if all are numbers, otherwise by letters. */
  static List<String> ordered(Collection<String> names) {
    boolean numbers = names.stream().allMatch(name -> name.matches("[0-9]+"));
    Comparator<String> byName = Comparator.naturalOrder();
    Comparator<String> byNumber = Comparator.comparing(name -> new BigInteger(name));
    return names.stream().sorted(numbers ? byNumber.thenComparing(byName) : byName).toList();
  }
}
