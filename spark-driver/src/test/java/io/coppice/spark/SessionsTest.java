package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainings in sessions of Spark that know nothing of Coppice, and several in one session. */
class SessionsTest {

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String TWO_EXECUTORS = "local-cluster[2,1,1024]";

  /** Before a Spark is there: there can be one only. */
  @BeforeAll
  static void trainUndisturbed() throws IOException {
    SmallRun.undisturbed(Map.of());
  }

  @Test
  void train_sessionOfJavaSerialisation_sameBitsAndExecutorsHoldNothingAfterwards()
      throws IOException {
    trainIn("local[2]", Map.of());
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf(TWO_EXECUTORS))) {
      assertUndisturbed(train(spark, Map.of()));
      List<Integer> held =
          spark
              .parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8), 8)
              .map(
                  number -> {
                    assertThat(TaskContext.get()).isNotNull();
                    return LiveRuns.ofThisJvm().size();
                  })
              .collect();
      assertThat(held).containsOnly(0);
    }
  }

  @Test
  void train_sessionOfKryoThatKnowsOurClassesOrNot_sameBits() throws IOException {
    Map<String, String> strict =
        Map.of("spark.serializer", KRYO, "spark.kryo.registrationRequired", "true");
    trainIn("local[2]", strict);
    trainIn(TWO_EXECUTORS, strict);
    trainIn(
        TWO_EXECUTORS,
        Map.of(
            "spark.serializer",
            KRYO,
            "spark.kryo.registrationRequired",
            "true",
            "spark.kryo.registrator",
            CoppiceKryoRegistrator.class.getName()));
  }

  @Test
  void train_twoAtOnceInOneSession_theBitsOfEachAlone() throws IOException {
    Map<String, String> other = Map.of("training.seed", "5");
    TrainingResult otherAlone = SmallRun.undisturbed(other).result();
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      CompletableFuture<TrainingResult> beside =
          CompletableFuture.supplyAsync(() -> train(spark, other));
      assertUndisturbed(train(spark, Map.of()));
      SmallRun.assertSameBits(beside.join(), otherAlone);
    }
    assertThat(LiveRuns.ofThisJvm().size()).isZero();
  }

  @Test
  void train_tenTimesInOneSession_residentSizeStaysFlat() throws IOException {
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"))) {
      for (int i = 0; i < 8; i++) {
        train(spark, Map.of("training.epochs", "1"));
      }
      long early = residentMiB();
      for (int i = 0; i < 10; i++) {
        train(spark, Map.of("training.epochs", "1"));
      }
      assertThat(residentMiB() - early).as("MiB that ten runs added").isLessThan(60);
    }
  }

  private static long residentMiB() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static void trainIn(String master, Map<String, String> settings) throws IOException {
    SparkConf conf = SmallRun.sparkConf(master);
    settings.forEach(conf::set);
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      assertUndisturbed(train(spark, Map.of()));
    }
  }

  private static TrainingResult train(JavaSparkContext spark, Map<String, String> overrides) {
    try {
      return Trainer.of(SmallRun.config(overrides)).train(spark, SmallRun.images());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertUndisturbed(TrainingResult result) throws IOException {
    SmallRun.assertSameBits(result, SmallRun.undisturbed(Map.of()).result());
  }
}
