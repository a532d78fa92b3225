package io.coppice.source;

import io.coppice.network.Shape;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** The images of a table, decoded where its rows are read. */
final class TableRdd extends RDD<SourceImage> {

  private static final long serialVersionUID = 1L;

  private static final int LABEL = 0;
  private static final int IMAGE = 1;

  private final RDD<InternalRow> rows;
  private final Description description;
  private final ContentSplit split;

  /**
   * What the rows of a table mean.
   *
   * @param table what it is called
   * @param files whether all rows of its files are read, one after the other
   * @param labels first column
   * @param images second column
   * @param settings what becomes of images that say themselves how large they are
   * @param shape of all images
   */
  record Description(
      String table,
      boolean files,
      LabelColumn labels,
      ImageColumn images,
      ImageSettings settings,
      Shape shape)
      implements Serializable {}

  /**
   * @param rows of a label and an image
   */
  TableRdd(RDD<InternalRow> rows, Description description, ContentSplit split) {
    super(
        rows.context(),
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of(new OneToOneDependency<>(rows)))
            .toSeq(),
        ClassTag$.MODULE$.apply(SourceImage.class));
    this.rows = rows;
    this.description = description;
    this.split = split;
  }

  @Override
  public Partition[] getPartitions() {
    return rows.partitions();
  }

  @Override
  public scala.collection.Iterator<SourceImage> compute(Partition part, TaskContext context) {
    EncodedImages decoder = new EncodedImages(description.settings(), description.shape());
    TaskEnd.closes(context, decoder);
    return JavaConverters.asScalaIterator(new Images(part, context, decoder));
  }

  private final class Images extends LookAhead<SourceImage> {
    private final RowPlace place;
    private final LabelColumn.Reader labels = description.labels().reader();
    private final EncodedImages decoder;
    private final Part part;
    private @Nullable Iterator<InternalRow> opened;

    private record Part(Partition partition, TaskContext context) {}

    Images(Partition partition, TaskContext context, EncodedImages decoder) {
      this.place = new RowPlace(description.table(), description.files(), partition.index());
      this.part = new Part(partition, context);
      this.decoder = decoder;
    }

    @Override
    protected @Nullable SourceImage advance() {
      for (InternalRow row = nextRow(); row != null; row = nextRow()) {
        StoredImage image = description.images().read(row, IMAGE);
        if (split.takes(image.content())) {
          int label = labels.label(row, LABEL, place);
          return image.read(place.toString(), label, decoder);
        }
      }
      return null;
    }

    private @Nullable InternalRow nextRow() {
      try {
        Iterator<InternalRow> all = opened;
        if (all == null) {
          all = JavaConverters.asJavaIterator(rows.iterator(part.partition(), part.context()));
          opened = all;
        }
        if (!all.hasNext()) {
          return null;
        }
        InternalRow row = all.next();
        place.next();
        return row;
      } catch (Exception e) {
        // Whatever Scala throws.
        place.locate();
        throw TableFailure.of(place.room() + " cannot be read behind row " + place.row(), e);
      }
    }
  }
}
