package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What runs keep in a JVM, and when they let go of it. */
class LiveRunsTest {

  private final LiveRuns runs = new LiveRuns(Duration.ofHours(1));

  @Test
  void with_workIsDone_theWorkerIsUsedAgainUntilTheRunEnds() throws IOException {
    TaskSettings settings = settings();
    RunInJvm run = runs.obtain("a");
    String first = run.with(settings, TaskWorker::name);
    assertThat(runs.obtain("a").<String>with(settings, TaskWorker::name)).isEqualTo(first);
    assertThat(runs.obtain("b").<String>with(settings, TaskWorker::name)).isNotEqualTo(first);
    assertThat(run.idleWorkers()).isEqualTo(1);
    runs.end("a");
    assertThat(run.idleWorkers()).isZero();
    assertThat(runs.size()).isEqualTo(1);
    runs.end("b");
  }

  @Test
  void with_checkedExceptionOutOfScala_theWorkerIsClosed() throws IOException {
    RunInJvm run = runs.obtain("a");
    TaskSettings settings = settings();
    List<TaskWorker> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                run.with(
                    settings,
                    worker -> {
                      seen.add(worker);
                      throw LiveRunsTest.<RuntimeException>unchecked(new IOException("a block"));
                    }))
        .isInstanceOf(IOException.class);
    assertThat(run.idleWorkers()).isZero();
    assertThat(seen.get(0).isClosed()).isTrue();
    runs.end("a");
  }

  @Test
  void end_taskStillAtWork_itsWorkerIsClosedWhenItComesBack() throws IOException {
    RunInJvm run = runs.obtain("a");
    run.with(
        settings(),
        worker -> {
          runs.end("a");
          return "late";
        });
    assertThat(run.idleWorkers()).isZero();
  }

  @Test
  void obtain_noTaskForAWhile_theRunIsLetGoOfUnlessItsDriverIsHere() throws IOException {
    LiveRuns impatient = new LiveRuns(Duration.ofMillis(20));
    RunInJvm run = impatient.obtain("a");
    impatient.open("driver's");
    run.with(settings(), TaskWorker::name);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (impatient.size() > 1 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(run.idleWorkers()).isZero();
    assertThat(impatient.find("driver's")).isNotNull();
    assertThatThrownBy(() -> impatient.find("a")).hasMessage("run a has ended");
    impatient.end("driver's");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> E unchecked(Exception exception) throws E {
    throw (E) exception;
  }

  private static TaskSettings settings() throws IOException {
    return SmallRun.setup(Map.of()).taskSettings();
  }
}
