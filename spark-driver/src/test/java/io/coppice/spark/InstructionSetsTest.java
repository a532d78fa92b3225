package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.onednn.KernelContext;
import io.coppice.storage.Checkpoint;
import io.coppice.storage.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rounds are computed on processors of different kinds. */
class InstructionSetsTest {

  @TempDir Path directory;

  @Test
  void run_executorsOfTwoInstructionSets_goesOnAndSaysSoOnce() throws IOException {
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker();
      cluster.addWorker(Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"));
      SmallRun.Outcome outcome =
          SmallRun.run(
              cluster.url(),
              Map.of(),
              StandaloneCluster.settings(
                  Map.of(
                      "spark.scheduler.minRegisteredResourcesRatio", "1",
                      "spark.cores.max", "2")),
              StepHook.NONE,
              report -> {},
              Continuation.NONE);
      String here = KernelContext.instructionSet();
      assertThat(outcome.result().instructionSets()).containsExactlyInAnyOrder(here, "sse41");
      assertThat(outcome.cautions())
          .singleElement()
          .asString()
          .contains(here)
          .contains("sse41")
          .contains("will not have the bits of another run");
    }
  }

  @Test
  void run_fromACheckpointOfAnotherInstructionSet_saysSo() throws IOException {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(3);
    run(kept, Optional.empty());
    Checkpoint early = kept.last().orElseThrow();
    String here = KernelContext.instructionSet();
    assertThat(early.instructionSets()).containsExactly(here);
    Checkpoint elsewhere =
        new Checkpoint(
            early.number(), early.state(), early.images(), early.seconds(), List.of("sse41"));
    SmallRun.Outcome outcome = run(Checkpoints.NONE, Optional.of(elsewhere));
    assertThat(outcome.cautions()).singleElement().asString().contains("sse41").contains(here);
    SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
  }

  private static SmallRun.Outcome run(Checkpoints checkpoints, Optional<Checkpoint> from)
      throws IOException {
    return SmallRun.run(
        "local[2]",
        Map.of(),
        Map.of(),
        StepHook.NONE,
        report -> {},
        new Continuation(checkpoints, from));
  }
}
