package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LocalObjectsTest {

  private final LocalObjects objects = new LocalObjects();

  @Test
  void result_twoAttemptsOfOneTask_eachKeepsItsOwn() {
    objects.open("job-a", "work");
    assertThat(objects.work("job-a")).isEqualTo("work");
    objects.putResult("job-a", 1, "first");
    objects.putResult("job-a", 2, "second");
    assertThat(objects.result("job-a", 1)).isEqualTo("first");
    assertThat(objects.result("job-a", 2)).isEqualTo("second");
    assertThatThrownBy(() -> objects.result("job-a", 3))
        .hasMessage("attempt 3 of job job-a left no result");
    objects.close("job-a");
  }

  @Test
  void putResult_jobHasEnded_leavesNothingBehind() {
    objects.open("job-b", "work");
    objects.close("job-b");
    assertThatThrownBy(() -> objects.putResult("job-b", 1, "late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("job job-b has ended");
    objects.open("job-b", "other work");
    assertThatThrownBy(() -> objects.result("job-b", 1))
        .hasMessage("attempt 1 of job job-b left no result");
    objects.close("job-b");
  }
}
