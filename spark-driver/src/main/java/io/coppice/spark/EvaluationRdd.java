package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelEvaluation;
import io.coppice.model.ModelFile;
import io.coppice.model.Predictor;
import io.coppice.network.Shape;
import io.coppice.onednn.KernelThreads;
import io.coppice.source.SourceImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/** How a model does on the images of a source; each task gives a packed {@link EvaluatedPart}. */
final class EvaluationRdd extends JobRdd {

  private static final long serialVersionUID = 1L;

  private static final int BATCH = 128;

  private final RDD<SourceImage> images;
  private final Broadcast<byte[]> model;
  private final int classes;

  /**
   * @param model as its file
   */
  EvaluationRdd(SparkContext spark, RDD<SourceImage> images, Broadcast<byte[]> model, int classes) {
    super(spark, List.of(new OneToOneDependency<>(images)));
    this.images = images;
    this.model = model;
    this.classes = classes;
  }

  @Override
  public Partition[] getPartitions() {
    return images.partitions();
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    QuietLogging.ofExecutor();
    try (KernelThreads threads = KernelThreads.ofThisThread(1)) {
      return Iterator$.MODULE$.single(new Packing().pack(evaluate(split, context)));
    }
  }

  private EvaluatedPart evaluate(Partition split, TaskContext context) {
    EvaluatedPart part = EvaluatedPart.none(classes);
    try (Predictor predictor = model().predictor(BATCH)) {
      Iterator<SourceImage> all = images.iterator(split, context);
      List<SourceImage.Readable> batch = new ArrayList<>();
      while (all.hasNext()) {
        SourceImage image = all.next();
        if (image instanceof SourceImage.Unreadable unreadable) {
          throw new InvalidDataException(unreadable.reason());
        }
        batch.add((SourceImage.Readable) image);
        if (batch.size() == BATCH || !all.hasNext()) {
          part = part.plus(evaluate(predictor, batch));
          batch.clear();
        }
      }
      return part;
    } catch (InvalidDataException e) {
      return new EvaluatedPart(0, part.counts(), String.valueOf(e.getMessage()));
    }
  }

  private EvaluatedPart evaluate(Predictor predictor, List<SourceImage.Readable> batch) {
    Shape shape = predictor.model().network().inputShape();
    byte[] pixels = new byte[batch.size() * shape.size()];
    int[] labels = new int[batch.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = batch.get(i).label();
      if (labels[i] >= classes) {
        throw new InvalidDataException(
            "expected labels from 0 to "
                + (classes - 1)
                + ", as the model has classes, found "
                + labels[i]);
      }
      System.arraycopy(batch.get(i).pixels(), 0, pixels, i * shape.size(), shape.size());
    }
    ModelEvaluation evaluation =
        predictor.evaluate(
            new ImageSet(shape.channels(), shape.height(), shape.width(), classes, pixels, labels));
    long[][] counts = new long[classes][classes];
    for (int label = 0; label < classes; label++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        counts[label][predicted] = evaluation.confusion().count(label, predicted);
      }
    }
    return new EvaluatedPart(evaluation.loss() * labels.length, counts, "");
  }

  private CompactModel model() {
    try {
      return ModelFile.read(new ByteArrayInputStream(model.value()), "the model of a task");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
