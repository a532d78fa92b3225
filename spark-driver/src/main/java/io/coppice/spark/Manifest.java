package io.coppice.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigJson;
import io.coppice.report.Version;
import io.coppice.shards.ImagesSummary;
import io.coppice.storage.RoundTimes;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.Schema;
import io.coppice.storage.SealedManifest;
import io.coppice.structure.CostModel;
import java.io.IOException;

/**
 * Writes {@code manifest.json}, the last file of a run: what ran (configuration, versions, data)
 * and size and SHA-256 of every file of the result, itself included. A run's directory without it
 * is not whole.
 */
final class Manifest {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String FILES = "files";

  private Manifest() {}

  /** What it says of a result, and of the files that are written so far. */
  static ObjectNode of(RunDirectory directory, TrainingResult result, String sparkVersion) {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schema", Schema.RESULT.current());
    manifest.set("config", ConfigJson.of(result.setup().config()));
    manifest.put("seed", result.setup().config().training().seed());
    ObjectNode versions = manifest.putObject("versions");
    versions.put("coppice", Version.current());
    versions.put("java", System.getProperty("java.version"));
    versions.put("spark", sparkVersion);
    versions.set("instructionSets", JSON.valueToTree(result.instructionSets()));
    manifest.put("threadsPerTask", result.setup().config().distribution().threadsPerTask());
    ObjectNode data = manifest.putObject("data");
    add(data, "train", result.setup().data().train());
    add(data, "test", result.setup().data().test());
    data.set("classes", JSON.valueToTree(result.setup().data().classes()));
    data.set("pixelMean", JSON.valueToTree(result.setup().data().normalisation().mean()));
    data.set("pixelDeviation", JSON.valueToTree(result.setup().data().normalisation().deviation()));
    result.setup().identity().addNetworkTo(manifest);
    CostModel roundTime = result.setup().roundTime();
    if (roundTime != null) {
      RoundTimes.addTo(manifest, roundTime);
    }
    manifest.set("summary", JSON.valueToTree(result.summary()));
    manifest.set(FILES, JSON.valueToTree(directory.files()));
    return manifest;
  }

  /** Writes it, with all files that are written by now. */
  static void write(RunDirectory directory, ObjectNode manifest) throws IOException {
    manifest.set(FILES, JSON.valueToTree(directory.files()));
    manifest.put(SealedManifest.MEMBER, SealedManifest.NO_HASH);
    byte[] sealed = SealedManifest.seal(JSON.writeValueAsBytes(manifest));
    directory.write(RunDirectory.MANIFEST, out -> out.write(sealed));
  }

  private static void add(ObjectNode data, String set, ImagesSummary images) {
    data.put(set + "Images", images.images());
    data.put(set + "Unreadable", images.unreadable());
    data.put(set + "Sha256", images.fingerprint());
  }
}
