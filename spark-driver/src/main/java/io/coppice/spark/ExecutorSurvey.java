package io.coppice.spark;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.FutureAction;
import org.apache.spark.Partition;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.concurrent.Await;

/**
 * Asks every executor something, each by a job of its own, so that one that does not answer hides
 * no other.
 */
public final class ExecutorSurvey {

  /** For so long an executor's job waits for a place there; others cannot answer for it. */
  private static final String NO_OTHER = "1h";

  private static final Duration POLL = Duration.ofMillis(100);

  /** After which no more executors are expected, where nobody said how many there are. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private ExecutorSurvey() {}

  /** What is asked; runs on an executor. */
  public interface Question extends Serializable {
    byte[] answer();
  }

  /**
   * What came of it.
   *
   * @param executor its number and host
   * @param reply null where there is none
   * @param problem why there is none; empty where there is one
   * @param asked when it was asked, by the clock of this machine
   * @param answered when its answer came, likewise
   */
  public record Answer(
      String executor, byte @Nullable [] reply, String problem, Instant asked, Instant answered) {}

  /** Settings that a survey needs, whatever the user said: one attempt, at one place. */
  public static SparkConf settings(SparkConf conf) {
    return conf.set("spark.task.maxFailures", "1")
        .set("spark.stage.maxConsecutiveAttempts", "1")
        .set("spark.locality.wait", NO_OTHER)
        .set("spark.speculation", "false");
  }

  /**
   * How many executors there should be.
   *
   * @return 0 where the settings do not say
   */
  public static int expected(SparkConf conf) {
    String master = conf.get("spark.master");
    if (master.startsWith("local-cluster[")) {
      return Integer.parseInt(master.replaceFirst("local-cluster\\[\\s*(\\d+).*", "$1"));
    }
    return conf.getInt("spark.executor.instances", 0);
  }

  /**
   * Waits for executors: for as many as are expected, or until no more come.
   *
   * @param deadline until when
   * @return as Spark writes their locations, in their order
   */
  public static List<String> await(JavaSparkContext spark, Instant deadline) {
    int expected = expected(spark.getConf());
    List<String> before = List.of();
    Instant since = Instant.now();
    while (Instant.now().isBefore(deadline)) {
      List<String> now = executors(spark.sc());
      if (!now.equals(before)) {
        before = now;
        since = Instant.now();
      }
      boolean quiet = Instant.now().isAfter(since.plus(QUIET));
      if (expected > 0 ? now.size() >= expected : !now.isEmpty() && quiet) {
        break;
      }
      pause();
    }
    return before;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException("interrupted", false);
    }
  }

  /** All but the driver's own. */
  static List<String> executors(SparkContext spark) {
    return JavaConverters.asJavaCollection(
            spark.env().blockManager().master().getMemoryStatus().keys())
        .stream()
        .filter(id -> !id.isDriver())
        .map(ExecutorSurvey::location)
        .sorted()
        .toList();
  }

  private static String location(BlockManagerId id) {
    return Placement.location(id.host(), id.executorId());
  }

  /**
   * Asks executors.
   *
   * @param executors as {@link #await} gives them
   * @param deadline until when they are to answer
   */
  public static List<Answer> ask(
      JavaSparkContext spark, List<String> executors, Question question, Instant deadline) {
    Instant asked = Instant.now();
    List<FutureAction<byte[][]>> jobs = new ArrayList<>();
    for (String executor : executors) {
      jobs.add(SparkJobs.begin(new QuestionRdd(spark.sc(), executor, question)));
    }
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < executors.size(); i++) {
      answers.add(answer(executors.get(i), jobs.get(i), asked, deadline));
    }
    return answers;
  }

  private static Answer answer(
      String executor, FutureAction<byte[][]> job, Instant asked, Instant deadline) {
    long patience = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
    String problem;
    try {
      byte[][] replies =
          Await.result(
              job, scala.concurrent.duration.Duration.apply(patience, TimeUnit.MILLISECONDS));
      return new Answer(name(executor), replies[0], "", asked, Instant.now());
    } catch (TimeoutException e) {
      job.cancel();
      problem = "it does not answer in time";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      job.cancel();
      problem = "interrupted";
    } catch (Exception e) {
      // Scala declares no exceptions; Spark's own is a checked one.
      problem = String.valueOf(JobFailure.of("a first task", e).getMessage());
    }
    return new Answer(name(executor), null, problem, asked, Instant.now());
  }

  /** For a person: {@code executor 1 on host}. */
  private static String name(String location) {
    int host = location.indexOf('_') + 1;
    int number = location.lastIndexOf('_') + 1;
    return "executor " + location.substring(number) + " on " + location.substring(host, number - 1);
  }

  /** One task, for one executor. */
  private static final class QuestionRdd extends JobRdd {

    private static final long serialVersionUID = 1L;

    private final String executor;
    private final Question question;

    QuestionRdd(SparkContext spark, String executor, Question question) {
      super(spark, List.of());
      this.executor = executor;
      this.question = question;
    }

    @Override
    public Partition[] getPartitions() {
      return new Partition[] {new TaskPartition(0, List.of())};
    }

    @Override
    public Seq<String> getPreferredLocations(Partition split) {
      return JavaConverters.asScalaBuffer(List.of(executor)).toSeq();
    }

    @Override
    public Iterator<byte[]> compute(Partition split, TaskContext context) {
      QuietLogging.ofExecutor();
      String here = location(SparkEnv.get().blockManager().blockManagerId());
      if (!here.equals(executor)) {
        throw new IllegalStateException("it was asked, and " + here + " answered");
      }
      return Iterator$.MODULE$.single(question.answer());
    }
  }
}
