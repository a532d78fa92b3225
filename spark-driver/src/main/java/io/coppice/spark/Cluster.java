package io.coppice.spark;

import io.coppice.shards.ImageRange;
import io.coppice.shards.RunImages;
import io.coppice.train.Evaluation;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardSummation;
import io.coppice.train.StatisticsSums;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver's view of the executors: what a run has them do. Tasks keep nothing between jobs but
 * caches.
 */
final class Cluster implements AutoCloseable {

  private static final double NANOS_PER_MILLI = 1e6;

  private final JavaSparkContext spark;
  private final TaskSettings settings;
  private final RunInJvm run;
  private final RunImages images;
  private final List<List<ImageRange>> shards;
  private final StepHook hook;
  private final ReductionRule reduction;
  private final JobRunner jobs;

  /**
   * @param images of the run
   * @param instructionSets learns those of the executors
   * @param hook called before every shard's steps
   */
  Cluster(
      SparkJobs sparkJobs,
      RunSetup setup,
      RunImages images,
      InstructionSets instructionSets,
      StepHook hook) {
    this.spark = sparkJobs.spark();
    this.settings = setup.taskSettings();
    this.run = LiveRuns.ofThisJvm().open(settings.runId());
    this.images = images;
    this.shards = each(images.ofShards());
    this.hook = hook;
    this.reduction = new ReductionRule(setup.config().distribution().reduce(), spark.isLocal());
    this.jobs = new JobRunner(sparkJobs, run, settings, images.onExecutors(), instructionSets);
  }

  /** One range a task. */
  private static List<List<ImageRange>> each(List<ImageRange> ranges) {
    return ranges.stream().map(List::of).toList();
  }

  /**
   * The local steps of every shard.
   *
   * @param what the round is, for messages
   * @param summation adds up what the shards give
   */
  RoundOutcome runRound(String what, RoundWork work, ShardSummation summation) {
    StepTask steps = new StepTask(hook);
    return reduction.onExecutors(shards.size(), (long) summation.size() * settings.wire().bytes())
        ? jobs.runAndAdd(what, work, shards, steps, summation)
        : RoundOutcome.onDriver(jobs.run(what, work, shards, steps), summation);
  }

  /**
   * Estimates the statistics of each candidate mask and evaluates it on the images held back.
   *
   * @param when that is, for messages
   */
  List<CandidateResult> judge(String when, CandidateWork work) {
    int candidates = work.masks().size();
    String masks = candidates == 1 ? "1 mask" : candidates + " masks";
    List<float[]> statistics = statistics(when + ", the statistics of " + masks, work);
    List<Evaluation> evaluations =
        evaluate(
            when + ", the evaluation of " + masks,
            work.with(statistics),
            images.heldBack(images.shards()));
    return IntStream.range(0, candidates)
        .mapToObj(i -> new CandidateResult(evaluations.get(i), statistics.get(i)))
        .toList();
  }

  /** Statistics of each mask; the minibatches are dealt out to the shards. */
  private List<float[]> statistics(String what, CandidateWork work) {
    int tasks = Math.min(shards.size(), work.statisticsBatches());
    return jobs
        .run(what, work, shards.subList(0, tasks), new StatisticsTask(shards.size()))
        .results()
        .stream()
        .reduce(StatisticsSums::plus)
        .orElseThrow()
        .means();
  }

  /** Evaluates a mask, the only one, on the test images. */
  Evaluation test(EvaluationWork work) {
    return evaluate("the evaluation on the test images", work, images.test(images.shards())).get(0);
  }

  /**
   * How each mask does on some images.
   *
   * @param slices as many whatever the cluster, because sums depend on where they begin and end
   */
  private List<Evaluation> evaluate(String what, EvaluationWork work, List<ImageRange> slices) {
    List<List<Evaluation>> ofSlices =
        jobs.run(what, work, each(slices), new EvaluationTask()).results();
    return IntStream.range(0, work.masks().size())
        .mapToObj(
            mask ->
                ofSlices.stream()
                    .map(slice -> slice.get(mask))
                    .reduce(Evaluation.NONE, Evaluation::plus))
        .toList();
  }

  /** Times the given round's step against a dense step, as many at once as there are shards. */
  List<StepTiming> timeSteps(RoundWork work, float[] denseParameters) {
    Handout<float[]> dense = Handout.of(spark, run, "dense parameters", denseParameters, true);
    int steps = spark.getConf().getInt(TimingTask.STEPS, TimingTask.DEFAULT_STEPS);
    try {
      return jobs.run("the timing of steps", work, shards, new TimingTask(dense, steps)).results();
    } finally {
      dense.close(spark, run);
    }
  }

  /**
   * Times every node's passes in a round's steps.
   *
   * @param what the round is, for messages
   * @return milliseconds that a round takes for each node: those of all shards, shared by the
   *     workers that took them at the same time
   */
  double[] timeNodes(String what, RoundWork work) {
    JobOutcome<long[]> outcome =
        jobs.run(what + ", the timing of layers", work, shards, new NodeTimingTask());
    long workers = outcome.workers().stream().distinct().count();
    return IntStream.range(0, outcome.results().get(0).length)
        .mapToDouble(
            node ->
                outcome.results().stream().mapToLong(ofShard -> ofShard[node]).sum()
                    / (NANOS_PER_MILLI * workers))
        .toArray();
  }

  @Override
  public void close() {
    jobs.close();
    LiveRuns.ofThisJvm().end(settings.runId());
  }
}
