package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelFile;
import io.coppice.model.Predictor;
import io.coppice.onednn.KernelThreads;
import io.coppice.shards.ExecutorImages;
import io.coppice.shards.ImageRange;
import io.coppice.shards.ImageStore;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * How a model does on slices of images, or how two compare; each task gives a packed {@link
 * io.coppice.model.ModelEvaluation} or {@link ModelComparison} of one slice.
 */
final class EvaluationRdd extends JobRdd {

  private static final long serialVersionUID = 1L;

  private static final int BATCH = 128;

  /** Of a task's images; what goes beyond it lies in a mapped file until the task ends. */
  private static final long HEAP_BYTES = 64L << 20;

  private final ExecutorImages images;
  private final transient List<ImageRange> slices;
  private final Broadcast<byte[][]> models;

  /**
   * @param slices what each task reads
   * @param models one or two, each as its file
   */
  EvaluationRdd(
      SparkContext spark,
      ExecutorImages images,
      List<ImageRange> slices,
      Broadcast<byte[][]> models) {
    super(spark, images.dependencies(slices.stream().map(List::of).toList()));
    this.images = images;
    this.slices = slices;
    this.models = models;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, slices.size())
        .mapToObj(index -> new TaskPartition(index, List.of(slices.get(index))))
        .toArray(Partition[]::new);
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    QuietLogging.ofExecutor();
    ImageRange slice = ((TaskPartition) split).images().get(0);
    try (KernelThreads threads = KernelThreads.ofThisThread(1);
        ImageStore store = ImageStore.onSparksDisks(HEAP_BYTES)) {
      return Iterator$.MODULE$.single(
          new Packing().pack(evaluate(images.get(slice, store, context))));
    }
  }

  private Object evaluate(ImageSet ofSlice) {
    try (Predictor first = model(0).predictor(BATCH)) {
      if (models.value().length == 1) {
        return first.evaluate(ofSlice);
      }
      try (Predictor second = model(1).predictor(BATCH)) {
        return ModelComparison.of(first, second, ofSlice);
      }
    }
  }

  private CompactModel model(int index) {
    return ModelFile.ofBytes(models.value()[index]);
  }
}
