package io.coppice.source;

import io.coppice.data.InvalidDataException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column are labels.
 *
 * @param name of the column
 * @param numbers type of the labels where they are the numbers of their classes; null where they
 *     are names
 * @param names of the classes in the order of their numbers; empty where only numbers are known
 * @param classes number of classes that there can be at most
 */
record LabelColumn(String name, @Nullable NumberType numbers, List<String> names, int classes)
    implements Serializable {

  /** More classes than anybody trains on: so many labels are something else. */
  static final int MOST_CLASSES = 1 << 16;

  /** Reads labels, for one task. */
  Reader reader() {
    return new Reader();
  }

  /** Reads labels. Not thread-safe. */
  final class Reader {

    private final Map<UTF8String, Integer> ofName = new HashMap<>();

    private Reader() {
      for (int label = 0; label < names.size(); label++) {
        ofName.put(UTF8String.fromString(names.get(label)), label);
      }
    }

    /**
     * The label of a row.
     *
     * @param place of the column in the row
     * @param where the row is, for messages
     * @throws InvalidDataException if it is none
     */
    int label(InternalRow row, int place, Object where) {
      if (row.isNullAt(place)) {
        throw wrong(where, "null");
      }
      if (numbers == null) {
        UTF8String found = row.getUTF8String(place);
        Integer label = ofName.get(found);
        if (label == null) {
          throw wrong(where, "\"" + found + "\"");
        }
        return label;
      }
      double found = numbers.get(row, place);
      if (!(found >= 0 && found < classes && found == Math.rint(found))) {
        throw wrong(where, NumberType.text(found));
      }
      return (int) found;
    }

    private InvalidDataException wrong(Object where, String found) {
      return new InvalidDataException(
          where
              + ": expected in column "
              + name
              + (numbers == null
                  ? " one of the " + classes + " names of the training images' classes"
                  : " a whole number from 0 to " + (classes - 1))
              + ", found "
              + found);
    }
  }
}
