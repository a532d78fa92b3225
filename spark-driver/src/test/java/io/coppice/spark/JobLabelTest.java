package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's own displays say of a run's jobs, and what they leave of the user's. */
class JobLabelTest {

  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";
  private static final String POOL = "spark.scheduler.pool";

  @TempDir Path directory;
  private final List<Properties> jobs = new CopyOnWriteArrayList<>();

  private JavaSparkContext spark() {
    JavaSparkContext spark =
        new JavaSparkContext(SmallRun.sparkConf("local[2]").set("spark.scheduler.mode", "FAIR"));
    spark
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onJobStart(SparkListenerJobStart start) {
                jobs.add(start.properties());
              }
            });
    return spark;
  }

  /** Also by a listener of the run, which fails: nothing ends that it is no part of. */
  private void train(JavaSparkContext spark) throws IOException {
    TrainingResult result =
        Trainer.of(SmallRun.config(Map.of()))
            .output(directory.resolve("run7").toString())
            .listener(
                new RunListener() {
                  @Override
                  public void roundEnded(RoundReport report) {
                    throw new IllegalStateException("a listener's bug");
                  }
                })
            .train(spark, SmallRun.images());
    assertThat(result.summary().testImages()).isEqualTo(60);
  }

  private List<String> ofAllJobs(String key) {
    return jobs.stream().map(job -> job.getProperty(key)).toList();
  }

  @Test
  void train_everyJob_saysWhoseItIsAndWhatItDoes() throws IOException {
    try (JavaSparkContext spark = spark()) {
      spark.setLocalProperty(POOL, "night");
      train(spark);
      assertThat(spark.getLocalProperty(DESCRIPTION)).isNull();
      assertThat(spark.getLocalProperty(GROUP)).isNull();
      assertThat(spark.getLocalProperty(POOL)).isEqualTo("night");
    }
    assertThat(ofAllJobs(DESCRIPTION))
        .startsWith("Coppice run7: reading the training images")
        .contains(
            "Coppice run7: reading the test images",
            "Coppice run7 (resnet8): epoch 1 of 2, round 2 of 6, train and probe",
            "Coppice run7 (resnet8): epoch 2 of 2, round 6 of 6, train",
            "Coppice run7 (resnet8): epoch 2 of 2, train, the statistics of 1 mask",
            "Coppice run7 (resnet8): epoch 2 of 2, train, the evaluation of 1 mask",
            "Coppice run7 (resnet8): choose, the evaluation of 3 masks",
            "Coppice run7 (resnet8): epoch 1 of 1, round 1 of 3, fine-tune",
            "Coppice run7 (resnet8): the evaluation on the test images",
            "Coppice run7 (resnet8): the timing of steps")
        .allSatisfy(description -> assertThat(description).startsWith("Coppice run7"));
    assertThat(ofAllJobs(GROUP)).containsOnly("Coppice run7");
    assertThat(ofAllJobs(POOL)).containsOnly("night");
  }

  @Test
  void of_threadWithAGroupOfItsOwn_keepsItAndGetsItsDescriptionBack() {
    try (JavaSparkContext spark = spark()) {
      spark.setJobGroup("mine", "what I do", false);
      try (JobLabel label = JobLabel.of(spark, "run7", "", "looking").interrupting()) {
        spark.parallelize(List.of(1)).count();
      }
      spark.parallelize(List.of(1)).count();
    }
    assertThat(ofAllJobs(GROUP)).containsExactly("mine", "mine");
    assertThat(ofAllJobs(DESCRIPTION)).containsExactly("Coppice run7: looking", "what I do");
    assertThat(ofAllJobs("spark.job.interruptOnCancel")).containsExactly("true", "false");
  }
}
