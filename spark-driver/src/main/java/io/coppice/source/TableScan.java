package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Picture;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/** What has to be known of a table before its images can be read; executors look, one column. */
final class TableScan {

  private static final int MORE_PARTITIONS = 4;
  private static final int SIDES = 3;

  private TableScan() {}

  /** A look at the rows of one partition. */
  private interface Look extends Serializable {
    String[] at(Iterator<InternalRow> rows, RowPlace place);
  }

  /** The names in a column of labels, in the order of their classes. */
  static List<String> names(Table table, String column) {
    Set<String> names = new TreeSet<>();
    int most = LabelColumn.MOST_CLASSES;
    look(table, column, (rows, place) -> distinct(rows, most))
        .forEach(part -> names.addAll(List.of(part)));
    if (names.isEmpty()) {
      throw new InvalidDataException(
          table.name() + ": expected names of classes in column " + column + ", found none");
    }
    if (names.size() > most) {
      throw new InvalidDataException(
          table.name()
              + ": expected at most "
              + most
              + " names of classes in column "
              + column
              + ", found more; data.labelColumn names another column");
    }
    return ClassNames.ordered(names);
  }

  private static String[] distinct(Iterator<InternalRow> rows, int most) {
    Set<UTF8String> names = new HashSet<>();
    while (rows.hasNext() && names.size() <= most) {
      InternalRow row = rows.next();
      if (!row.isNullAt(0) && !names.contains(row.getUTF8String(0))) {
        names.add(row.getUTF8String(0).copy());
      }
    }
    return names.stream().map(UTF8String::toString).toArray(String[]::new);
  }

  /** The largest number that can be a label in a column; -1 if there is none. */
  static int largestLabel(Table table, String column, NumberType type) {
    Look largest = (rows, place) -> new String[] {String.valueOf(largest(rows, type))};
    return look(table, column, largest).stream()
        .mapToInt(part -> Integer.parseInt(part[0]))
        .max()
        .orElse(-1);
  }

  private static int largest(Iterator<InternalRow> rows, NumberType type) {
    int largest = -1;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      double label = row.isNullAt(0) ? -1 : type.get(row, 0);
      if (label > largest && label < LabelColumn.MOST_CLASSES) {
        largest = (int) label;
      }
    }
    return largest;
  }

  /** The shape of the images in a column, as the first that can be read has it. */
  static Shape shape(Table table, String column, ImageColumn images, ImageSettings settings) {
    RDD<InternalRow> rows = table.read(column);
    int partitions = rows.getNumPartitions();
    String problem = "";
    for (int from = 0, to; from < partitions; from = to) {
      to = Math.min(partitions, from == 0 ? 1 : from * MORE_PARTITIONS);
      Look first = (some, place) -> shape(some, place, images, settings);
      for (String[] found : look(table, rows, first, from, to)) {
        if (found.length == SIDES) {
          return new Shape(
              Integer.parseInt(found[0]), Integer.parseInt(found[1]), Integer.parseInt(found[2]));
        }
        problem = problem.isEmpty() ? found[0] : problem;
      }
    }
    throw FirstImage.notFound(table.name(), problem);
  }

  /** The three sides of a shape, or a problem, which is empty where there are no rows. */
  private static String[] shape(
      Iterator<InternalRow> rows, RowPlace place, ImageColumn images, ImageSettings settings) {
    try (FirstImage first = new FirstImage(settings)) {
      while (rows.hasNext() && first.isSought()) {
        InternalRow row = rows.next();
        place.next();
        Shape shape = first.shape(place.toString(), (Picture) images.read(row, 0));
        if (shape != null) {
          return new String[] {
            String.valueOf(shape.channels()),
            String.valueOf(shape.height()),
            String.valueOf(shape.width())
          };
        }
      }
      return new String[] {first.problem()};
    }
  }

  private static List<String[]> look(Table table, String column, Look look) {
    RDD<InternalRow> rows = table.read(column);
    return look(table, rows, look, 0, rows.getNumPartitions());
  }

  private static List<String[]> look(
      Table table, RDD<InternalRow> rows, Look look, int from, int to) {
    List<Object> partitions = IntStream.range(from, to).<Object>mapToObj(i -> i).toList();
    return TableFailure.translated(
        table.name(),
        () ->
            List.of(
                (String[][])
                    rows.context()
                        .runJob(
                            rows,
                            new OnPartition(table.name(), table.files(), look),
                            JavaConverters.asScalaBuffer(partitions).toSeq(),
                            ClassTag$.MODULE$.apply(String[].class))));
  }

  /** Looks at a partition, on an executor. */
  private static final class OnPartition
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<InternalRow>, String[]>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final boolean files;
    private final Look look;

    OnPartition(String table, boolean files, Look look) {
      this.table = table;
      this.files = files;
      this.look = look;
    }

    @Override
    public String[] apply(TaskContext context, scala.collection.Iterator<InternalRow> rows) {
      RowPlace place = new RowPlace(table, files, context.partitionId());
      return look.at(JavaConverters.asJavaIterator(rows), place);
    }
  }
}
