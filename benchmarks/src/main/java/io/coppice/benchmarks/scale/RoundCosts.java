package io.coppice.benchmarks.scale;

import io.coppice.benchmarks.JsonTable;
import io.coppice.benchmarks.Machine;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;
import io.coppice.plan.RoundTime;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Fits the model of a round's cost to measured rounds, checks it against others, and extrapolates.
 *
 * <p>Run by {@code benchmarks/run scale model}.
 */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fits the model of a round's cost to what 'scale shards' measured, checks it against rounds"
            + " that it was not fitted to, and extrapolates it to larger clusters.")
final class RoundCosts implements Callable<Integer> {

  /** Executors of the printed table. */
  private static final List<Integer> SHOWN = List.of(4, 16, 64, 256);

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files of 'scale shards --json' to fit to.")
  private List<File> fitted = List.of();

  @Option(
      names = "--check",
      paramLabel = "FILE",
      split = ",",
      description = "Files of the same kind that are not fitted to.")
  private List<File> checked = List.of();

  @Option(names = "--picture", paramLabel = "FILE", description = "Draws the extrapolation as SVG.")
  private @Nullable File picture;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures as JSON too.")
  private @Nullable File json;

  RoundCosts() {}

  @Override
  public Integer call() throws IOException {
    List<Observation> observations = Observation.read(fitted);
    List<Observation> others = Observation.read(checked);
    RoundSpeeds speeds = SpeedsFit.of(observations);
    System.out.println(Machine.describe() + "\n" + speeds + "\n");
    RoundModel model = new RoundModel(speeds);
    print("fitted to", observations, model);
    print("not fitted to", others, model);
    List<Extrapolation> larger = Extrapolation.all(model);
    print(larger);
    if (picture != null) {
      SpeedUpPicture.write(picture, larger);
    }
    if (json != null) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("speeds", speeds);
      figures.put("extrapolation", larger);
      JsonTable.write(json, figures);
    }
    return 0;
  }

  private static void print(String what, List<Observation> observations, RoundModel model) {
    if (observations.isEmpty()) {
      return;
    }
    System.out.printf("%nRounds that the model was %s, measured / model in ms%n", what);
    List<Double> errors = new ArrayList<>();
    for (Observation observation : observations) {
      ShardsRow row = observation.row();
      RoundTime time = observation.by(model);
      double error = 1e3 * time.seconds() / row.roundMillis() - 1;
      errors.add(Math.abs(error));
      System.out.printf(
          Locale.ROOT,
          "%-10s x%-5s %5.2f %4d shards of %4.1f images, %-9s: round %7.1f /%7.1f  driver %6.1f"
              + " /%6.1f  compute %7.1f /%7.1f  rest %6.1f /%6.1f  %+5.0f %%%n",
          row.network(),
          row.width(),
          row.flops(),
          row.shards(),
          row.batch() / (double) row.shards(),
          row.reduce(),
          row.roundMillis(),
          1e3 * time.seconds(),
          row.driverMillis(),
          1e3 * time.driver(),
          row.computeMillis(),
          1e3 * time.compute(),
          1e3 * observation.restSeconds(),
          1e3 * (time.scheduling() + time.out() + time.reduce()),
          100 * error);
    }
    List<Double> sorted = errors.stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "error: median %.0f %%, largest %.0f %%%n",
        100 * sorted.get(sorted.size() / 2),
        100 * sorted.get(sorted.size() - 1));
  }

  private static void print(List<Extrapolation> rows) {
    System.out.printf(
        "%nBy the model, executors of %d cores: images/s over one executor's (computation's share"
            + " of a round) local steps for 80 %%%n%n| network | Gbit/s |",
        Extrapolation.CORES);
    SHOWN.forEach(executors -> System.out.printf(" %d |", executors));
    System.out.printf(" %d images a step: shortest at |%n", Extrapolation.FIXED_BATCH);
    System.out.println("|---|---|" + "---|".repeat(SHOWN.size() + 1));
    for (Extrapolation row : rows) {
      System.out.printf(Locale.ROOT, "| %s | %.0f |", row.network(), row.gigabits());
      for (int executors : SHOWN) {
        Extrapolation.Size size = row.size(executors);
        System.out.printf(
            Locale.ROOT,
            " %.1fx (%.0f %%) %d |",
            size.times(),
            100 * size.computeShare(),
            size.localSteps());
      }
      System.out.printf(Locale.ROOT, " %d, %.1fx |%n", row.wall(), row.timesAtWall());
    }
  }
}
