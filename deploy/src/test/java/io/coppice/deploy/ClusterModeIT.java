package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver on a worker of a standalone cluster, which starts it again where it dies. */
class ClusterModeIT {

  private static final Path EXAMPLES = Commands.DEPLOY.resolve("examples");

  @TempDir Path directory;

  @Test
  void train_driverKilledOnItsWorker_isStartedAgainAndGoesOn() throws Exception {
    Path run = directory.resolve("run");
    String options = String.join(" ", Commands.quickOptions());
    Path training =
        script("training.sh", EXAMPLES.resolve("cluster-mode.sh") + " " + run + " " + options);
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<Outcome> cluster =
          background.submit(
              () ->
                  new Commands(directory)
                      .run(
                          Map.of("TMPDIR", directory.toString()),
                          List.of(
                              EXAMPLES.resolve("run-on-standalone").toString(),
                              training.toString())));
      assertThat(driverWithCheckpoint(run, cluster).destroyForcibly()).isTrue();
      Outcome outcome = cluster.get();
      assertThat(outcome.output()).contains("model/compact.zip: whole");
      assertThat(outcome.exitCode()).isZero();
    } finally {
      background.shutdown();
    }
  }

  /** The driver's process, once it has left something to go on from. */
  private static ProcessHandle driverWithCheckpoint(Path run, Future<Outcome> cluster)
      throws Exception {
    while (!cluster.isDone()) {
      if (hasCheckpoint(run.resolve("checkpoints"))) {
        return ProcessHandle.allProcesses()
            .filter(process -> isDriverOf(run, process.info().commandLine().orElse("")))
            .findFirst()
            .orElseThrow();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("it ended before it was killed:\n" + cluster.get().output());
  }

  private static boolean isDriverOf(Path run, String commandLine) {
    return commandLine.contains("org.apache.spark.deploy.worker.DriverWrapper")
        && commandLine.contains(run.toString());
  }

  private static boolean hasCheckpoint(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.anyMatch(each -> Files.exists(each.resolve("manifest.json")));
    }
  }

  private Path script(String name, String... lines) throws IOException {
    Path script =
        Files.writeString(
            directory.resolve(name), "#!/bin/bash\n" + String.join("\n", lines) + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }
}
