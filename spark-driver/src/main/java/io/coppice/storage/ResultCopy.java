package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * A copy of a finished run's result in a directory of its own, without checkpoints: a run's
 * directory like the first one, for whoever reads it.
 */
public final class ResultCopy {

  private ResultCopy() {}

  /**
   * Copies it, each file as the manifest says, the manifest last. What lay there before is
   * replaced.
   *
   * @param added members that the copy's manifest has beside the run's
   * @throws DamagedException if the result is not whole
   */
  public static void write(RunDirectory run, RunDirectory copy, ObjectNode added)
      throws IOException {
    JsonNode manifest = run.writtenManifest();
    if (!(manifest instanceof ObjectNode object)) {
      throw new DamagedException(run.path(RunDirectory.MANIFEST) + ": expected a JSON object");
    }
    List<String> unknown =
        manifest.path("files").properties().stream()
            .map(file -> file.getKey())
            .filter(file -> ResultFile.of(file).isEmpty())
            .toList();
    if (!unknown.isEmpty()) {
      throw new DamagedException(
          run.path(RunDirectory.MANIFEST) + ": names files that no run writes: " + unknown);
    }
    for (ResultFile file : ResultFile.values()) {
      JsonNode summary = manifest.path("files").path(file.path());
      if (!summary.isMissingNode()) {
        copy.write(
            file.path(),
            out ->
                VerifiedFile.copy(
                    run,
                    file.path(),
                    summary.path("bytes").asLong(-1),
                    summary.path("sha256").asText(),
                    out));
      }
    }
    ObjectNode copied = object.deepCopy();
    copied.setAll(added);
    copied.set("files", new ObjectMapper().valueToTree(copy.files()));
    copied.remove(SealedManifest.MEMBER);
    copied.put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    byte[] sealed = SealedManifest.seal(BoundedJson.write(copied));
    copy.write(RunDirectory.MANIFEST, out -> out.write(sealed));
  }
}
