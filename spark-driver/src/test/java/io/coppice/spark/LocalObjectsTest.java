package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LocalObjectsTest {

  @Test
  void result_twoAttemptsOfOneTask_eachKeepsItsOwn() {
    LocalObjects.open("job-a", "work");
    assertThat(LocalObjects.work("job-a")).isEqualTo("work");
    LocalObjects.putResult("job-a", 1, "first");
    LocalObjects.putResult("job-a", 2, "second");
    assertThat(LocalObjects.result("job-a", 1)).isEqualTo("first");
    assertThat(LocalObjects.result("job-a", 2)).isEqualTo("second");
    assertThatThrownBy(() -> LocalObjects.result("job-a", 3))
        .hasMessage("attempt 3 of job job-a left no result");
    LocalObjects.close("job-a");
  }

  @Test
  void putResult_jobHasEnded_leavesNothingBehind() {
    LocalObjects.open("job-b", "work");
    LocalObjects.close("job-b");
    assertThatThrownBy(() -> LocalObjects.putResult("job-b", 1, "late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("job job-b has ended");
    LocalObjects.open("job-b", "other work");
    assertThatThrownBy(() -> LocalObjects.result("job-b", 1))
        .hasMessage("attempt 1 of job job-b left no result");
    LocalObjects.close("job-b");
  }
}
