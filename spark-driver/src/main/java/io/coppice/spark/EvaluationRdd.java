package io.coppice.spark;

import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.model.Predictor;
import io.coppice.onednn.KernelThreads;
import io.coppice.shards.ExecutorImages;
import io.coppice.shards.ImageRange;
import io.coppice.shards.ImageStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * How a model does on slices of images; each task gives a packed {@link
 * io.coppice.model.ModelEvaluation} of one.
 */
final class EvaluationRdd extends JobRdd {

  private static final long serialVersionUID = 1L;

  private static final int BATCH = 128;

  /** Of a task's images; what goes beyond it lies in a mapped file until the task ends. */
  private static final long HEAP_BYTES = 64L << 20;

  private final ExecutorImages images;
  private final transient List<ImageRange> slices;
  private final Broadcast<byte[]> model;

  /**
   * @param slices what each task reads
   * @param model as its file
   */
  EvaluationRdd(
      SparkContext spark, ExecutorImages images, List<ImageRange> slices, Broadcast<byte[]> model) {
    super(spark, images.dependencies(slices.stream().map(List::of).toList()));
    this.images = images;
    this.slices = slices;
    this.model = model;
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
        Predictor predictor = model().predictor(BATCH);
        ImageStore store = ImageStore.onSparksDisks(HEAP_BYTES)) {
      return Iterator$.MODULE$.single(
          new Packing().pack(predictor.evaluate(images.get(slice, store, context))));
    }
  }

  private CompactModel model() {
    try {
      return ModelFile.read(new ByteArrayInputStream(model.value()), "the model of a task");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
