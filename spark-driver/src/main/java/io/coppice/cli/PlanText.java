package io.coppice.cli;

import io.coppice.plan.Durations;
import io.coppice.plan.MemoryNeed;
import io.coppice.plan.RoundTime;
import io.coppice.plan.RunPlan;
import io.coppice.spark.NetworkSize;
import io.coppice.spark.RunSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A plan, for a person. */
final class PlanText {

  private static final double MB = 1e6;
  private static final double MILLIS = 1e3;
  private static final double PERCENT = 100;

  private PlanText() {}

  /** All of it. */
  static String of(RunForecast forecast) {
    RunPlan plan = forecast.plan();
    List<String> lines = new ArrayList<>();
    lines.add(cost(forecast));
    add(lines, "");
    add(lines, "Ask Spark for");
    plan.sparkSettings().forEach(setting -> add(lines, "  --conf %s", setting));
    if (!plan.advice().isEmpty()) {
      add(lines, "");
      add(lines, "Worth a thought");
      plan.advice().forEach(advice -> add(lines, "  %s", advice));
    }
    return String.join("\n", lines);
  }

  /** What the run will take, on executors that are given. */
  static String cost(RunForecast forecast) {
    RunPlan plan = forecast.plan();
    RunSetup setup = forecast.setup();
    List<String> lines = new ArrayList<>();
    RoundTime round = plan.round();
    add(
        lines,
        "%s on %,d images of %s, %d shards on %d executors of %d cores",
        setup.network().name(),
        setup.data().train().images(),
        setup.data().shape(),
        plan.load().settled().shards(),
        plan.cluster().executors(),
        plan.cluster().cores());
    NetworkSize size = setup.size();
    addLine(
        lines,
        "network",
        "%d layers, %s channels, %s FLOPs an image, %s parameters, before anything is learned",
        size.layers(),
        of(size.channels(), size.denseChannels()),
        of(size.flops(), size.denseFlops()),
        of(size.parameters(), size.denseParameters()));
    addLine(lines, "budget", "%s", setup.budgetText());
    add(lines, "");
    addLine(lines, "reading the images", Durations.text(plan.readSeconds()));
    addLine(
        lines,
        "training",
        "%s: %,d rounds of %.0f ms, %,.0f images/s, %.1f times one executor",
        Durations.text(plan.trainSeconds()),
        plan.load().rounds(),
        MILLIS * round.seconds(),
        plan.imagesPerSecond(),
        plan.timesOneExecutor());
    addLine(
        lines,
        "fine-tuning",
        "%s: %,d rounds",
        Durations.text(plan.fineTuneSeconds()),
        plan.load().fineTuneRounds());
    addLine(
        lines,
        "of a round",
        "computation %.0f %%, weights out %.0f %%, sums back %.0f %%, driver %.0f %%, Spark's"
            + " scheduling %.0f %%",
        PERCENT * round.computeShare(),
        PERCENT * round.out() / round.seconds(),
        PERCENT * round.reduce() / round.seconds(),
        PERCENT * round.driver() / round.seconds(),
        PERCENT * round.scheduling() / round.seconds());
    addLine(
        lines,
        "bytes a round",
        "%,.1f MB out to all executors, %,.1f MB into the driver; sums are added up by the %s",
        plan.bytesOut() / MB,
        plan.bytesToDriver() / MB,
        plan.addedOnExecutors() ? "executors" : "driver");
    addMemory(lines, plan, setup.config().distribution().imageMemory());
    add(lines, "");
    add(
        lines,
        "Not counted: decoding image files, choosing and measuring masks, checkpoints, stragglers."
            + " By a model of what was measured on one machine.");
    return String.join("\n", lines);
  }

  private static String of(@Nullable Long kept, long dense) {
    return kept == null
        ? String.format(Locale.ROOT, "%,d", dense)
        : String.format(Locale.ROOT, "%,d of %,d", kept, dense);
  }

  private static void addMemory(List<String> lines, RunPlan plan, double imageMemory) {
    MemoryNeed memory = plan.memory();
    addLine(
        lines,
        "memory",
        "executors %,d MiB of heap without images and %,d MiB outside it, driver %,d MiB",
        memory.executorHeap(),
        memory.executorOverhead(),
        memory.driverHeap());
    addLine(
        lines,
        "images",
        plan.imagesFit(imageMemory)
            ? "%,d MiB an executor, in its heap of %,d MiB"
            : "%,d MiB an executor, more than its heap of %,d MiB should hold: in mapped files for"
                + " the rest; its disk needs twice as much",
        memory.executorImages(),
        plan.heapMiB());
  }

  private static void addLine(List<String> lines, String what, String format, Object... values) {
    add(lines, String.format(Locale.ROOT, "%-20s ", what).replace("%", "%%") + format, values);
  }

  private static void add(List<String> lines, String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
