package io.coppice.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.spark.ExecutorSurvey.Answer;
import io.coppice.spark.KryoRoundTrip;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the answers of executors say, of each and of all together. */
final class ClusterChecks {

  static final String DRIVER = "driver";
  static final String CLUSTER = "cluster";

  private static final Duration TOLERATED_SKEW = Duration.ofSeconds(5);

  /** Kerberos refuses more, and S3 soon after. */
  private static final Duration LARGEST_SKEW = Duration.ofMinutes(5);

  private ClusterChecks() {}

  /**
   * The findings of an executor.
   *
   * @param packed that it was sent
   */
  static List<Finding> of(Answer answer, byte[] packed) {
    List<Finding> findings = new ArrayList<>();
    byte[] reply = answer.reply();
    if (reply == null) {
      findings.add(
          Finding.fail(
              "answer",
              answer.problem(),
              "see to this executor's log; every executor needs the jar of Coppice, Linux on x86-64, and a way to the"
                  + " driver"));
    } else {
      try {
        JsonNode json = new ObjectMapper().readTree(reply);
        json.path(ExecutorQuestion.FINDINGS).forEach(finding -> findings.add(Finding.of(finding)));
        findings.add(serializer(packed, json.path(ExecutorQuestion.PACKED).binaryValue()));
        findings.add(
            clock(
                answer.asked(),
                Instant.parse(json.path(ExecutorQuestion.CLOCK).asText()),
                answer.answered()));
      } catch (IOException e) {
        findings.add(
            Finding.fail("answer", "it cannot be read: " + e, "give all JVMs the same jar"));
      }
    }
    return findings.stream().map(finding -> finding.in(answer.executor())).toList();
  }

  /** Whether what an executor was sent came back. */
  static Finding serializer(byte[] left, byte[] cameBack) {
    return KryoRoundTrip.isSame(left, cameBack)
        ? Finding.ok("serializer", left.length + " bytes went there and came back")
        : Finding.fail(
            "serializer",
            "what came back is not what had been sent",
            "give driver and executors the same jar of Coppice");
  }

  /**
   * How far an executor's clock is away from the driver's: as far at least as it lies outside of
   * the time in which it was read.
   */
  static Finding clock(Instant asked, Instant there, Instant answered) {
    Duration skew =
        there.isBefore(asked)
            ? Duration.between(asked, there)
            : there.isAfter(answered) ? Duration.between(answered, there) : Duration.ZERO;
    Duration size = skew.abs();
    if (size.compareTo(TOLERATED_SKEW) <= 0) {
      return Finding.ok("clock", "as the driver's, to within " + TOLERATED_SKEW.toSeconds() + " s");
    }
    String found =
        String.format(
            Locale.ROOT,
            "%,d s %s the driver's",
            size.toSeconds(),
            skew.isNegative() ? "behind" : "ahead of");
    String advice = "set it by NTP; object stores and Kerberos refuse clocks that are wrong";
    return size.compareTo(LARGEST_SKEW) > 0
        ? Finding.fail("clock", found, advice)
        : Finding.caution("clock", found, advice);
  }

  /**
   * What is to be said of all together.
   *
   * @param expected number of executors; 0: nobody said
   * @param reached number of those that are there
   */
  static Finding executors(int expected, int reached) {
    if (reached == 0) {
      return Finding.fail(
          "executors",
          "none came",
          "see in the cluster's own pages whether it has free cores and memory for one"
              + " (spark.executor.cores, spark.executor.memory), and whether executors can reach the driver"
              + " (spark.driver.host)");
    }
    return reached < expected
        ? Finding.caution(
            "executors",
            reached + " of " + expected + " came",
            "the others are not to be had, or slow to start; --timeout waits longer")
        : Finding.ok("executors", reached + (expected == 0 ? "" : " of " + expected));
  }

  /** Whether all JVMs have the same of something on which results depend. */
  static List<Finding> alike(List<Finding> findings) {
    List<Finding> different = new ArrayList<>();
    SortedSet<String> versions = values(findings, JvmChecks.COPPICE);
    if (versions.size() > 1) {
      different.add(
          Finding.fail(
              "one coppice",
              "different versions: " + String.join(", ", versions),
              "give driver and executors the same jar"));
    }
    SortedSet<String> sets = values(findings, JvmChecks.INSTRUCTIONS);
    if (sets.size() > 1) {
      different.add(
          Finding.caution(
              "one instruction set",
              "different ones: " + String.join(", ", sets),
              "results will not have the same bits from run to run; the oldest one's on all of them gives that, such as"
                  + " --conf spark.executorEnv.ONEDNN_MAX_CPU_ISA=AVX2"));
    }
    return different;
  }

  /** Of those that compute: all but the driver, where there are others. */
  private static SortedSet<String> values(List<Finding> findings, String check) {
    SortedSet<String> values = new TreeSet<>();
    for (Finding finding : findings) {
      boolean counts = check.equals(JvmChecks.COPPICE) || !finding.where().equals(DRIVER);
      if (finding.check().equals(check) && counts) {
        values.add(finding.found());
      }
    }
    return values;
  }
}
