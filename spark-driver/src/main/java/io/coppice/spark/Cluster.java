package io.coppice.spark;

import io.coppice.report.RunPhase;
import io.coppice.train.Evaluation;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardSummation;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver's view of the executors: what a run has them do. Tasks keep nothing between jobs but
 * caches.
 */
final class Cluster implements AutoCloseable {

  private final JavaSparkContext spark;
  private final TaskSettings settings;
  private final RunInJvm run;
  private final RunImages images;
  private final StepHook hook;
  private final JobRunner jobs;

  /**
   * @param instructionSets learns those of the executors
   * @param hook called before every shard's steps
   * @param stop ends the job that runs, and lets no other begin
   */
  Cluster(
      JavaSparkContext spark,
      RunSetup setup,
      InstructionSets instructionSets,
      StepHook hook,
      StopRequest stop) {
    this.spark = spark;
    this.settings = setup.taskSettings();
    this.run = LiveRuns.ofThisJvm().open(settings.runId());
    this.images = new RunImages(spark, run, setup);
    this.hook = hook;
    this.jobs =
        new JobRunner(
            spark,
            run,
            settings,
            setup.config().distribution().roundDeadlineSeconds(),
            instructionSets,
            stop);
  }

  /**
   * The local steps of every shard.
   *
   * @param summation adds up what the shards give
   */
  RoundOutcome runRound(RunPhase phase, RoundWork work, ShardSummation summation) {
    return RoundOutcome.onDriver(
        jobs.run(
            "round " + work.round() + " (" + phase + ")",
            work,
            images.shards().size(),
            new StepTask(images.shards(), hook)),
        summation);
  }

  /** Estimates the statistics of each candidate mask and evaluates it on the images held back. */
  List<CandidateResult> judge(CandidateWork work) {
    int candidates = work.masks().size();
    return jobs.run(
            "the evaluation of " + candidates + (candidates == 1 ? " mask" : " masks"),
            work,
            candidates,
            new CandidateTask(images.shards().get(0), images.heldBack()))
        .results();
  }

  /** Evaluates a compact network, of which {@code work} holds the only mask, on the test images. */
  Evaluation evaluate(CandidateWork work, float[] statistics) {
    int slices = images.shards().size();
    return jobs
        .run(
            "the evaluation on the test images",
            work,
            slices,
            new EvaluationTask(statistics, images.test(), slices))
        .results()
        .stream()
        .reduce(Evaluation.NONE, Evaluation::plus);
  }

  /** Times the given round's step against a dense step, as many at once as there are shards. */
  List<StepTiming> timeSteps(RoundWork work, float[] denseParameters) {
    Handout<float[]> dense = Handout.of(spark, run, "dense parameters", denseParameters, true);
    try {
      return jobs.run(
              "the timing of steps",
              work,
              images.shards().size(),
              new TimingTask(dense, images.shards()))
          .results();
    } finally {
      dense.close(spark, run);
    }
  }

  @Override
  public void close() {
    jobs.close();
    images.close();
    LiveRuns.ofThisJvm().end(settings.runId());
  }
}
