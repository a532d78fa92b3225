package io.coppice.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.spark.SmallRun;
import io.coppice.train.ShardSummation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Product2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

class SliceSumsRddTest {

  private static final int TASKS = 7;
  private static final int SIZE = 10_007;

  /** Each task gives numbers of its own. */
  private static final class NumbersRdd extends RDD<Product2<Object, byte[]>> {
    private static final long serialVersionUID = 1L;
    private final Slicing slicing;

    private record Task(int index) implements Partition {
      private static final long serialVersionUID = 1L;
    }

    NumbersRdd(SparkContext spark, Slicing slicing) {
      super(
          spark,
          JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
          ClassTag$.MODULE$.apply(Product2.class));
      this.slicing = slicing;
    }

    @Override
    public Partition[] getPartitions() {
      return IntStream.range(0, TASKS).mapToObj(Task::new).toArray(Partition[]::new);
    }

    @Override
    public Iterator<Product2<Object, byte[]>> compute(Partition split, TaskContext context) {
      int task = split.index();
      return JavaConverters.asScalaIterator(
          new SlicedNumbers(slicing, task, numbers(task), besides(task)));
    }
  }

  private static float[] numbers(int task) {
    Random random = new Random(task);
    float[] numbers = new float[SIZE];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.exp(5 * random.nextGaussian()));
    }
    return numbers;
  }

  private static byte[] besides(int task) {
    return "x".repeat(task).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void collect_anyNumberOfSlices_sameBitsAsOneMachineAndNoFilesAreLeft(@TempDir Path directory)
      throws InterruptedException {
    float[] expected = new float[SIZE];
    for (int task = 0; task < TASKS; task++) {
      ShardSummation.add(expected, numbers(task));
    }
    try (JavaSparkContext spark =
        new JavaSparkContext(
            SmallRun.sparkConf("local[2]").set("spark.local.dir", directory.toString()))) {
      // Spark writes 200 slices and fewer to a file each, and sorts more of them.
      for (int slices : new int[] {1, 3, 300}) {
        Slicing slicing = new Slicing(SIZE, slices);
        try (SliceSumsRdd rdd = new SliceSumsRdd(new NumbersRdd(spark.sc(), slicing), slicing)) {
          byte[][] replies = rdd.toJavaRDD().collect().toArray(new byte[0][]);
          SliceSums sums = SliceSums.of(slicing, replies);
          assertThat(sums.sum()).isEqualTo(expected);
          assertThat(sums.besides())
              .containsExactlyElementsOf(
                  IntStream.range(0, TASKS).mapToObj(SliceSumsRddTest::besides).toList());
          assertThat(sums.bytes())
              .as("of one task's numbers, and what all said besides")
              .isEqualTo(SIZE * 4 + TASKS * 4 + TASKS * (TASKS - 1) / 2);
          assertThat(shuffleFiles(directory)).isNotEmpty();
        }
        awaitNoShuffleFiles(directory);
      }
    }
  }

  private static List<Path> shuffleFiles(Path directory) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().matches(".*\\.(data|index)")) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            /** Spark removes files while they are listed. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** They are removed by a message to the executor. */
  private static void awaitNoShuffleFiles(Path directory) throws InterruptedException {
    for (int wait = 0; wait < 100 && !shuffleFiles(directory).isEmpty(); wait++) {
      Thread.sleep(50);
    }
    assertThat(shuffleFiles(directory)).isEmpty();
  }
}
