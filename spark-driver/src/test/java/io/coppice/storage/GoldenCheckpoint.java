package io.coppice.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes the golden checkpoint of the newest form, which later versions must be able to read: run
 * it once, when the manifest's schema or the state's files get a new version, with the directory
 * {@code src/test/resources/io/coppice/storage} as its argument, and keep those of older versions.
 */
final class GoldenCheckpoint {

  static final String NAME = "golden-run-state-2";
  static final long FIRST_BYTES = 134;
  static final long SECOND_BYTES = 13;

  private GoldenCheckpoint() {}

  static Checkpoint checkpoint() {
    return SampleCheckpoints.checkpoint(12, List.of("avx2"));
  }

  public static void main(String[] arguments) throws IOException {
    RunDirectory directory =
        RunDirectory.open(Path.of(arguments[0], NAME).toString(), new Configuration());
    RunIdentity identity = SampleCheckpoints.identity(Map.of("training.epochs", "5"));
    CheckpointStore store = SampleCheckpoints.store(directory, identity);
    try (MetricsLog log = SampleCheckpoints.metrics(directory, 11)) {
      log.keep(log.position());
      log.append("{\"round\":12}");
      store.write(checkpoint(), log.keep(log.position()));
    }
  }
}
