package io.coppice.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.spark.ExecutorSurvey;
import io.coppice.spark.KryoRoundTrip;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.SerializableConfiguration;

/**
 * All checks of an executor, done there; the answer is JSON.
 *
 * @param packed see {@link KryoRoundTrip}
 * @param data path of the data; empty: none that is read from files
 */
record ExecutorQuestion(byte[] packed, String data, SerializableConfiguration hadoop)
    implements ExecutorSurvey.Question {

  static final String FINDINGS = "findings";
  static final String PACKED = "packed";
  static final String CLOCK = "clock";

  @Override
  public byte[] answer() {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer.put(CLOCK, Instant.now().toString());
    ArrayNode array = answer.putArray(FINDINGS);
    findings(data, hadoop).forEach(finding -> array.add(finding.toJson()));
    answer.put(PACKED, KryoRoundTrip.again(packed));
    return answer.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What every JVM looks at that computes, or reads data. */
  static List<Finding> findings(String data, SerializableConfiguration hadoop) {
    List<Finding> findings = new ArrayList<>(JvmChecks.all());
    for (String directory : SparkEnv.get().blockManager().diskBlockManager().localDirsString()) {
      findings.add(Directories.roomy("local disk", Path.of(directory)));
    }
    if (!data.isEmpty()) {
      findings.add(StorageCheck.readable("data", data, hadoop.value()));
    }
    return findings;
  }
}
