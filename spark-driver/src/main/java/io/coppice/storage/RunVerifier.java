package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says whether a run's directory is whole: every file as its manifest describes it. */
public final class RunVerifier {

  /**
   * What was found.
   *
   * @param lines the findings, for a person
   * @param damaged whether anything is not as it was written
   */
  public record Report(List<String> lines, boolean damaged) {}

  private final RunDirectory directory;
  private final List<String> lines = new ArrayList<>();
  private boolean damaged;

  private RunVerifier(RunDirectory directory) {
    this.directory = directory;
  }

  /** Looks at every file of a run. */
  public static Report verify(RunDirectory directory) throws IOException {
    RunVerifier verifier = new RunVerifier(directory);
    List<CheckpointStore.Condition> checkpoints = CheckpointStore.inspect(directory);
    if (directory.isComplete()) {
      verifier.verifyResult();
    } else if (checkpoints.isEmpty()) {
      verifier.lines.add("the run did not end, and has no checkpoint");
    } else {
      verifier.lines.add("the run did not end; the same command goes on with it");
    }
    for (CheckpointStore.Condition checkpoint : checkpoints) {
      verifier.damaged |= checkpoint.finished() && !checkpoint.whole();
      verifier.lines.add(
          checkpoint.name() + ": " + (checkpoint.whole() ? "whole" : checkpoint.problem()));
    }
    if (directory.has(RunDirectory.OUTCOME)) {
      verifier.lines.add(
          RunDirectory.OUTCOME
              + ": no part of the result, "
              + (directory.outcome().read().isPresent()
                  ? "readable"
                  : "cannot be read; the next attempt replaces it"));
    }
    return new Report(verifier.lines, verifier.damaged);
  }

  private void verifyResult() throws IOException {
    int schema;
    JsonNode files;
    try {
      JsonNode manifest = directory.manifest();
      schema = Schema.versionOf(manifest);
      files = manifest.path("files");
    } catch (IOException | UnusableCheckpointException e) {
      damage(String.valueOf(e.getMessage()));
      return;
    }
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      if (ResultFile.of(file.getKey()).isEmpty()) {
        damage(
            directory.path(RunDirectory.MANIFEST)
                + ": names a file that no run writes: '"
                + file.getKey()
                + "'");
      } else {
        verifyFile(file.getKey(), file.getValue());
      }
    }
    for (ResultFile file : ResultFile.values()) {
      if (file.belongsTo(schema) && !files.has(file.path())) {
        damage(directory.path(RunDirectory.MANIFEST) + ": does not name " + file.path());
      }
    }
  }

  private void verifyFile(String name, JsonNode summary) throws IOException {
    long bytes = summary.path("bytes").asLong(-1);
    String sha256 = summary.path("sha256").asText();
    try {
      if (name.endsWith(".zip")) {
        byte[] content = VerifiedFile.read(directory, name, bytes, sha256);
        ModelArchive.check(content, directory.path(name).toString());
      } else {
        VerifiedFile.check(directory, name, bytes, sha256);
      }
      lines.add(name + ": whole");
    } catch (DamagedException e) {
      damage(String.valueOf(e.getMessage()));
    }
  }

  private void damage(String problem) {
    damaged = true;
    lines.add(problem);
  }
}
