package io.coppice.spark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shards that are slow, of which Spark starts other copies. */
class SpeculationTest {

  @Test
  void run_slowShardsAreSpeculated_sameBitsAndNothingCountedTwice() throws IOException {
    SmallRun.Outcome outcome =
        SmallRun.run(
            "local-cluster[2,1,1024]",
            Map.of("distribution.reduce", "executors", "distribution.imageMemory", "0"),
            Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.multiplier", "1.5",
                "spark.speculation.quantile", "0.5",
                "spark.speculation.minTaskRuntime", "100ms"),
            Fault.hook(
                List.of(new Fault(1, 2, 1, Fault.Kind.SLOW), new Fault(3, 0, 1, Fault.Kind.SLOW))),
            report -> {},
            Continuation.NONE);
    SmallRun.assertSameBitsAndImages(outcome, SmallRun.undisturbed(Map.of()));
  }
}
