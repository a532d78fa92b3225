package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.plan.ClusterDescription;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;
import io.coppice.plan.RunPlan;
import io.coppice.spark.ReductionRule;
import io.coppice.spark.RunSetup;
import java.util.List;

/** What a run will take on some executors: what {@code plan} and {@code --dry-run} tell. */
final class RunForecast {

  private final RunSetup setup;
  private final RunPlan plan;

  private RunForecast(RunSetup setup, RunPlan plan) {
    this.setup = setup;
    this.plan = plan;
  }

  /**
   * Works it out.
   *
   * @param local whether tasks would run in the driver's JVM
   */
  static RunForecast of(
      RunSetup setup, ClusterDescription cluster, RoundSpeeds speeds, boolean local) {
    var load = setup.load();
    boolean addedOnExecutors =
        new ReductionRule(setup.config().distribution().reduce(), local)
            .onExecutors(load.settled().shards(), load.settled().bytesOfShard());
    return new RunForecast(
        setup,
        RunPlan.of(
            new RunPlan.Run(
                setup.network(),
                setup.precision(),
                setup.data().train().keptBytes() + setup.data().test().keptBytes(),
                setup.config().training().batchSize()),
            load,
            cluster,
            new RoundModel(speeds),
            addedOnExecutors));
  }

  /** What is wrong with the executors' memory; empty where it is enough. */
  String lackOfMemory() {
    long needed = plan.memory().executorHeap();
    return plan.heapMiB() >= needed
        ? ""
        : "executors of "
            + (plan.cluster().memoryBytes() >> 20)
            + " MiB are too small: "
            + plan.cluster().cores()
            + " tasks at once take "
            + plan.memory().executorOverhead()
            + " MiB outside the Java heap, and the heap "
            + needed
            + " MiB; give them more memory or fewer cores, or lower training.batchSize";
  }

  /**
   * Requires the executors' memory to be enough.
   *
   * @throws ConfigException if it is not
   */
  void requireMemory() {
    if (!lackOfMemory().isEmpty()) {
      throw new ConfigException("configuration and executors", List.of(lackOfMemory()));
    }
  }

  RunPlan plan() {
    return plan;
  }

  RunSetup setup() {
    return setup;
  }

  /** All of it. */
  ObjectNode toJson() {
    ObjectNode object = JsonOption.JSON.createObjectNode();
    object.put("network", setup.network().name());
    object.set("size", JsonOption.JSON.valueToTree(setup.size()));
    object.set("cluster", JsonOption.JSON.valueToTree(plan.cluster()));
    object.set("budget", JsonOption.JSON.valueToTree(setup.budget()));
    object.put("rounds", plan.load().rounds());
    object.put("fineTuneRounds", plan.load().fineTuneRounds());
    object.put("readSeconds", plan.readSeconds());
    object.put("trainSeconds", plan.trainSeconds());
    object.put("fineTuneSeconds", plan.fineTuneSeconds());
    object.put("imagesPerSecond", plan.imagesPerSecond());
    object.put("timesOneExecutor", plan.timesOneExecutor());
    ObjectNode round = object.putObject("roundSeconds");
    round.put("all", plan.round().seconds());
    round.setAll((ObjectNode) JsonOption.JSON.valueToTree(plan.round()));
    object.put("reduce", plan.addedOnExecutors() ? "executors" : "driver");
    object.put("bytesOut", Math.round(plan.bytesOut()));
    object.put("bytesToDriver", Math.round(plan.bytesToDriver()));
    object.set("memoryMiB", JsonOption.JSON.valueToTree(plan.memory()));
    ArrayNode conf = object.putArray("conf");
    plan.sparkSettings().forEach(conf::add);
    ArrayNode advice = object.putArray("hints");
    plan.advice().forEach(advice::add);
    return object;
  }
}
