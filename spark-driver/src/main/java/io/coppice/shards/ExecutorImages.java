package io.coppice.shards;

import io.coppice.data.ImageSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.Dependency;
import org.apache.spark.TaskContext;
import scala.Product2;

/** The images of a run as its tasks reach them. */
public final class ExecutorImages implements Serializable {

  private static final long serialVersionUID = 1L;

  private final EnumMap<ImageRole, OrderedImages> ordered;
  private final ImageKind kind;

  /**
   * @param ordered those of each role that tasks may ask for
   */
  ExecutorImages(Map<ImageRole, OrderedImages> ordered, ImageKind kind) {
    this.ordered = new EnumMap<>(ordered);
    this.kind = kind;
  }

  /**
   * What tasks depend on that read some images each.
   *
   * @param rangesOfTasks what each task reads
   */
  public List<Dependency<?>> dependencies(List<List<ImageRange>> rangesOfTasks) {
    List<Dependency<?>> dependencies = new ArrayList<>();
    for (ImageRole role : ImageRole.values()) {
      if (rangesOfTasks.stream().flatMap(List::stream).anyMatch(range -> range.role() == role)) {
        dependencies.add(of(role).dependency(role, rangesOfTasks));
      }
    }
    return dependencies;
  }

  /** Some images, for a task: those that are in its JVM, or loaded from the buckets. */
  public ImageSet get(ImageRange range, ImageStore store, TaskContext context) {
    return store.get(
        range,
        kind,
        () ->
            new Images(
                range, of(range.role()).read(range.firstBucket(), range.lastBucket(), context)));
  }

  private OrderedImages of(ImageRole role) {
    return Objects.requireNonNull(ordered.get(role), () -> "no images to " + role);
  }

  /** A range's images, of which exactly as many are asked for as it has. */
  private static final class Images implements Iterator<byte[]> {
    private final ImageRange range;
    private final Iterator<Product2<byte[], byte[]>> rows;

    Images(ImageRange range, Iterator<Product2<byte[], byte[]>> rows) {
      this.range = range;
      this.rows = rows;
      for (int i = 0; i < range.skip(); i++) {
        next();
      }
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public byte[] next() {
      if (!rows.hasNext()) {
        throw new NoSuchElementException(
            "images of "
                + range
                + " are missing: the data has changed since the run began; start it again");
      }
      return rows.next()._2();
    }
  }
}
