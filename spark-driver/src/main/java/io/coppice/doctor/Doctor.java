package io.coppice.doctor;

import io.coppice.spark.ExecutorSurvey;
import io.coppice.spark.KryoRoundTrip;
import io.coppice.spark.SparkSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that runs need: at the driver, and by a Spark of its own at every executor.
 * Ends by its deadline whatever does not answer; what it was waiting for goes on in threads that
 * end with the JVM.
 */
public final class Doctor {

  /** After all is told; the end of the JVM ends Spark otherwise. */
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final SparkConf conf;
  private final Configuration hadoop;
  private final String data;
  private final String output;
  private final Instant deadline;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param conf what the user said of Spark
   * @param hadoop for file systems
   * @param data path of the data; empty: none that is read from files
   * @param output directory that a run is to be kept in; empty: none
   * @param patience until all is told
   */
  public Doctor(
      SparkConf conf, Configuration hadoop, String data, String output, Duration patience) {
    this.conf = ExecutorSurvey.settings(SparkSettings.apply(conf, "coppice doctor"));
    this.hadoop = hadoop;
    this.data = data;
    this.output = output;
    this.deadline = Instant.now().plus(patience);
  }

  /** What is found, in the order of the places. */
  public List<Finding> examine() {
    driver("java", JvmChecks::all);
    driver("serializer", () -> List.of(serializer()));
    if (!output.isEmpty()) {
      driver("output", () -> List.of(StorageCheck.writable("output", output, hadoop)));
    }
    if (!data.isEmpty()) {
      driver("data", () -> List.of(StorageCheck.readable("data", data, hadoop)));
    }
    JavaSparkContext spark = start();
    if (spark != null) {
      try {
        cluster(spark);
      } finally {
        attempt(
            "the end of Spark",
            TO_STOP.toMillis(),
            () -> {
              spark.close();
              return List.of();
            });
      }
    }
    findings.addAll(
        ClusterChecks.alike(findings).stream()
            .map(finding -> finding.in(ClusterChecks.CLUSTER))
            .toList());
    return List.copyOf(findings);
  }

  private static Finding serializer() {
    byte[] packed = KryoRoundTrip.packed();
    return ClusterChecks.serializer(packed, KryoRoundTrip.again(packed));
  }

  private @Nullable JavaSparkContext start() {
    JavaSparkContext[] started = new JavaSparkContext[1];
    String master = conf.get("spark.master");
    List<Finding> found =
        attempt(
            "start",
            () -> {
              started[0] = new JavaSparkContext(conf);
              return List.of(
                  Finding.ok("start", master + " as " + started[0].sc().applicationId()));
            });
    add(ClusterChecks.CLUSTER, found);
    return found.get(0).level() == Finding.Level.OK ? started[0] : null;
  }

  private void cluster(JavaSparkContext spark) {
    if (spark.isLocal()) {
      add(
          ClusterChecks.CLUSTER,
          List.of(Finding.ok("executors", "the driver computes itself, with all of the above")));
      return;
    }
    byte[] packed = KryoRoundTrip.packed();
    List<Finding> found =
        attempt(
            "executors",
            () -> {
              // Half of the time for them to come, half for them to answer.
              Instant now = Instant.now();
              List<String> executors =
                  ExecutorSurvey.await(
                      spark, now.plus(Duration.between(now, deadline).dividedBy(2)));
              List<Finding> all = new ArrayList<>();
              all.add(
                  ClusterChecks.executors(
                          ExecutorSurvey.expected(spark.getConf()), executors.size())
                      .in(ClusterChecks.CLUSTER));
              ExecutorSurvey.ask(
                      spark,
                      executors,
                      new ExecutorQuestion(packed, data, new SerializableConfiguration(hadoop)),
                      deadline.minusSeconds(1))
                  .forEach(answer -> all.addAll(ClusterChecks.of(answer, packed)));
              return all;
            });
    add(ClusterChecks.CLUSTER, found);
  }

  private void driver(String check, Callable<List<Finding>> work) {
    add(ClusterChecks.DRIVER, attempt(check, work));
  }

  private void add(String place, List<Finding> found) {
    found.forEach(finding -> findings.add(finding.where().isEmpty() ? finding.in(place) : finding));
  }

  /** Does something until the deadline; that it takes longer, or throws, is a finding. */
  private List<Finding> attempt(String check, Callable<List<Finding>> work) {
    return attempt(check, Math.max(1, Duration.between(Instant.now(), deadline).toMillis()), work);
  }

  private static List<Finding> attempt(String check, long patience, Callable<List<Finding>> work) {
    FutureTask<List<Finding>> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "coppice-doctor " + check);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(patience, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return List.of(
          Finding.fail(
              check,
              "it has not ended in the time that was given; it hangs at "
                  + place(thread.getStackTrace()),
              "see whether what it waits for is there and can be reached; --timeout waits longer"));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return List.of(Finding.fail(check, String.valueOf(cause), "see to what the message names"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Finding.fail(check, "interrupted", "ask again"));
    }
  }

  /** The first of our own or of Spark's or Hadoop's, which tells more than what waits. */
  private static String place(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")) {
        return frame.getClassName() + "." + frame.getMethodName();
      }
    }
    return "an unknown place";
  }
}
