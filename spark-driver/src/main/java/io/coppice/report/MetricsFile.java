package io.coppice.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.MetricsLog;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, {@code "type":"round"} with the components
 * of {@link RoundReport}, {@code "type":"epoch"} with those of {@link EpochReport}, {@code
 * "type":"wentBack"} where a divergence took the run back to an earlier moment, or {@code
 * "type":"caution"}, and the version of this schema.
 */
public final class MetricsFile implements RunListener {

  /** Raised when a component changes its meaning or goes. */
  private static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING).build();

  private final MetricsLog log;

  /**
   * @param log receives the lines
   */
  public MetricsFile(MetricsLog log) {
    this.log = log;
  }

  @Override
  public void roundEnded(RoundReport report) {
    write("round", JSON.valueToTree(report));
  }

  @Override
  public void epochEnded(EpochReport report) {
    write("epoch", JSON.valueToTree(report));
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    ObjectNode line = JSON.createObjectNode();
    line.put("reason", reason);
    line.put("rounds", rounds);
    line.put("learningRateFactor", learningRateFactor);
    write("wentBack", line);
  }

  @Override
  public void cautioned(String reason) {
    write("caution", JSON.createObjectNode().put("reason", reason));
  }

  private void write(String type, ObjectNode report) {
    ObjectNode line = JSON.createObjectNode();
    line.put("type", type);
    line.put("schema", SCHEMA_VERSION);
    line.setAll(report);
    try {
      log.append(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is not JSON", e);
    }
  }
}
