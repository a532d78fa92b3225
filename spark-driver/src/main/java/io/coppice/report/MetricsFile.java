package io.coppice.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.spark.EpochReport;
import io.coppice.spark.RoundReport;
import io.coppice.spark.RunDirectory;
import io.coppice.spark.RunListener;
import java.io.IOException;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, {@code "type":"round"} with the components
 * of {@link RoundReport} or {@code "type":"epoch"} with those of {@link EpochReport}, and the
 * version of this schema.
 */
public final class MetricsFile implements RunListener, AutoCloseable {

  /** Raised when a component changes its meaning or goes. */
  private static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunDirectory.HashedFile file;

  public MetricsFile(RunDirectory directory) throws IOException {
    file = directory.open("metrics.jsonl");
  }

  @Override
  public void phaseStarted(String phase, long rounds) {
    // A phase shows in the lines of its rounds.
  }

  @Override
  public void roundEnded(RoundReport report) {
    write("round", report);
  }

  @Override
  public void epochEnded(EpochReport report) {
    write("epoch", report);
  }

  private void write(String type, Record report) {
    ObjectNode line = JSON.createObjectNode();
    line.put("type", type);
    line.put("schema", SCHEMA_VERSION);
    line.setAll((ObjectNode) JSON.valueToTree(report));
    try {
      file.writeLine(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is not JSON", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
