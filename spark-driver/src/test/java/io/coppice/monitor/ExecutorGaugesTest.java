package io.coppice.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.coppice.spark.ExecutorLoad;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExecutorGaugesTest {

  private final MetricRegistry registry = new MetricRegistry();
  private final ExecutorGauges executors = new ExecutorGauges(registry);

  private Object value(String name) {
    return Objects.requireNonNull(registry.getGauges().get(name), name).getValue();
  }

  @Test
  void update_whatExecutorsTell_isThereUntilTheyAreLost() {
    executors.update(new ExecutorMessage("0", new ExecutorLoad(1, 2, 3, 4, 5)));
    executors.update(new ExecutorMessage("17", new ExecutorLoad(0, 0, 0, 0, 0)));
    executors.update(new ExecutorMessage("0", new ExecutorLoad(6, 7, 8, 9, 10)));
    assertThat(value("executor0.tasksRunning")).isEqualTo(6L);
    assertThat(value("executor0.imagesHeld")).isEqualTo(7L);
    assertThat(value("executor0.imageHeapBytes")).isEqualTo(8L);
    assertThat(value("executor0.imageMappedBytes")).isEqualTo(9L);
    assertThat(value("executor0.nativeBytes")).isEqualTo(10L);
    executors.remove("0");
    executors.update(new ExecutorMessage("0", new ExecutorLoad(1, 2, 3, 4, 5)));
    assertThat(registry.getGauges().keySet())
        .as("also where it told something after it was lost")
        .hasSize(5)
        .allSatisfy(name -> assertThat(name).startsWith("executor17."));
  }
}
