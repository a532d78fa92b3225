package io.coppice.reduction;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ContextCleaner;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.shuffle.ShuffleHandle;
import org.apache.spark.shuffle.ShuffleWriteProcessor;
import scala.Option;
import scala.Product2;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The second stage: a task a slice, each of which gives the sum of that slice over the tasks of the
 * first stage, and one more that gives what those say besides. {@link SliceSums} puts it together.
 *
 * <p>They run wherever there is a core: slices come from all executors alike.
 */
public final class SliceSumsRdd extends RDD<byte[]> implements AutoCloseable {

  private static final long serialVersionUID = 1L;
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private final Slicing slicing;
  private final int tasks;
  private final ShuffleHandle shuffle;

  private record Slice(int index) implements Partition {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param sliced gives the {@link SlicedNumbers} of one task a partition
   */
  public SliceSumsRdd(RDD<Product2<Object, byte[]>> sliced, Slicing slicing) {
    this(sliced, slicing, shuffle(sliced, slicing));
  }

  private SliceSumsRdd(
      RDD<Product2<Object, byte[]>> sliced,
      Slicing slicing,
      ShuffleDependency<Object, byte[], byte[]> shuffle) {
    super(
        sliced.context(),
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of(shuffle)).toSeq(),
        BYTES);
    this.slicing = slicing;
    this.tasks = sliced.getNumPartitions();
    this.shuffle = shuffle.shuffleHandle();
  }

  private static ShuffleDependency<Object, byte[], byte[]> shuffle(
      RDD<Product2<Object, byte[]>> sliced, Slicing slicing) {
    return new ShuffleDependency<>(
        sliced,
        new SlicePartitioner(slicing.slices() + 1),
        new SliceSerializer(),
        Option.empty(),
        Option.empty(),
        false,
        new ShuffleWriteProcessor(),
        ANY,
        BYTES,
        BYTES);
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.rangeClosed(0, slicing.slices())
        .mapToObj(Slice::new)
        .toArray(Partition[]::new);
  }

  @Override
  public Iterator<byte[]> compute(Partition split, TaskContext context) {
    int slice = split.index();
    Iterator<Product2<Object, byte[]>> written =
        SparkEnv.get()
            .shuffleManager()
            .<Object, byte[]>getReader(
                shuffle,
                slice,
                slice + 1,
                context,
                context.taskMetrics().createTempShuffleReadMetrics())
            .read();
    return Iterator$.MODULE$.single(
        slice == slicing.slices() ? besides(written) : sum(written, slice));
  }

  private byte[] sum(Iterator<Product2<Object, byte[]>> written, int slice) {
    SliceAddition addition = new SliceAddition(tasks, slicing.to(slice) - slicing.from(slice));
    while (written.hasNext()) {
      Product2<Object, byte[]> record = written.next();
      addition.accept(((SliceKey) record._1()).task(), record._2());
    }
    float[] sum = addition.sum();
    return FloatBytes.of(sum, 0, sum.length);
  }

  private byte[] besides(Iterator<Product2<Object, byte[]>> written) {
    byte[][] ofTasks = new byte[tasks][];
    while (written.hasNext()) {
      Product2<Object, byte[]> record = written.next();
      ofTasks[((SliceKey) record._1()).task()] = record._2();
    }
    return SliceSums.join(List.of(ofTasks));
  }

  /**
   * Has executors remove what the first stage wrote; the driver's collector would get to it some
   * day.
   */
  @Override
  public void close() {
    Option<ContextCleaner> cleaner = context().cleaner();
    if (cleaner.isDefined() && !context().isStopped()) {
      cleaner.get().doCleanupShuffle(shuffle.shuffleId(), false);
    }
  }
}
