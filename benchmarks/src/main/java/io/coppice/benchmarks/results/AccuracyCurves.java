package io.coppice.benchmarks.results;

import io.coppice.benchmarks.picture.Axis;
import io.coppice.benchmarks.picture.Line;
import io.coppice.benchmarks.picture.LineChart;
import io.coppice.benchmarks.picture.Panel;
import io.coppice.page.EpochPoint;
import io.coppice.page.RunPage;
import io.coppice.page.RunPageReader;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What runs came to over the seconds that they took: the accuracy on the images held back, epoch by
 * epoch, as a table and as a picture.
 *
 * <p>Run by {@code benchmarks/run curves}.
 */
@Command(
    name = "benchmarks/run curves",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Accuracy on the images held back over the seconds of the training, run by run.")
public final class AccuracyCurves implements Callable<Integer> {

  private static final int WIDTH = 620;
  private static final int HEIGHT = 300;
  private static final int TENS = 10;

  /** Into how many parts the longest run's time is cut for the table. */
  private static final int PARTS = 4;

  /** Steps of an axis of time of which one is taken, seconds, and the most ticks of it. */
  private static final List<Long> STEPS = List.of(10L, 30L, 60L, 120L, 300L, 600L, 1800L, 3600L);

  private static final int MOST_TICKS = 12;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Directories of runs.")
  private List<Path> directories = List.of();

  @Option(names = "--picture", paramLabel = "FILE", description = "Draws the curves as SVG.")
  private @Nullable Path picture;

  AccuracyCurves() {}

  public static void main(String... arguments) {
    System.exit(new CommandLine(new AccuracyCurves()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<RunPage> runs = new ArrayList<>();
    for (Path directory : directories) {
      runs.add(RunPageReader.read(RunDirectory.open(directory.toString(), new Configuration())));
    }
    System.out.print(table(runs));
    if (picture != null) {
      Files.writeString(picture, picture(runs));
    }
    return 0;
  }

  /** The accuracy that each run had by parts of the longest run's time, in Markdown. */
  static String table(List<RunPage> runs) {
    double longest = longest(runs);
    StringBuilder table = new StringBuilder("| run | epochs | seconds |");
    for (int part = 1; part <= PARTS; part++) {
      table.append(String.format(Locale.ROOT, " by %.0f s |", longest * part / PARTS));
    }
    table.append(" test accuracy |\n|---|---|---|").append("---|".repeat(PARTS + 1)).append('\n');
    for (RunPage run : runs) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.0f |",
              run.directory(),
              run.curves().epochsTaken(),
              run.curves().seconds()));
      for (int part = 1; part <= PARTS; part++) {
        table.append(percent(by(run, longest * part / PARTS)));
      }
      table
          .append(percent(run.summary() == null ? null : run.summary().testAccuracy()))
          .append('\n');
    }
    return table.toString();
  }

  private static String percent(@Nullable Double accuracy) {
    return accuracy == null ? " |" : String.format(Locale.ROOT, " %.2f %% |", 100 * accuracy);
  }

  /** The accuracy after the last epoch that ended by then; null: none had. */
  private static @Nullable Double by(RunPage run, double seconds) {
    Double accuracy = null;
    for (EpochPoint epoch : run.curves().epochs()) {
      accuracy = epoch.seconds() <= seconds ? Double.valueOf(epoch.heldBackAccuracy()) : accuracy;
    }
    return accuracy;
  }

  private static double longest(List<RunPage> runs) {
    return runs.stream().mapToDouble(run -> run.curves().seconds()).max().orElseThrow();
  }

  static String picture(List<RunPage> runs) {
    List<Line> lines = new ArrayList<>();
    for (RunPage run : runs) {
      lines.add(
          new Line(
              run.directory(),
              lines.size(),
              false,
              run.curves().epochs().stream()
                  .map(epoch -> new Line.Point(epoch.seconds(), 100 * epoch.heldBackAccuracy()))
                  .toList()));
    }
    long longest = (long) Math.ceil(longest(runs));
    long step =
        STEPS.stream()
            .filter(seconds -> longest / seconds < MOST_TICKS)
            .findFirst()
            .orElse(STEPS.get(STEPS.size() - 1));
    double[] accuracies =
        lines.stream().flatMap(line -> line.points().stream()).mapToDouble(Line.Point::y).toArray();
    double lowest = Arrays.stream(accuracies).min().orElse(0);
    double highest = Arrays.stream(accuracies).max().orElse(100);
    Panel panel =
        new Panel(
            "",
            Axis.linear("seconds of training", 0, (longest + step - 1) / step * step, step),
            Axis.linear(
                "accuracy on images held back, %",
                (long) lowest / TENS * TENS, (long) Math.ceil(highest / TENS) * TENS, TENS),
            lines);
    return LineChart.draw(List.of(panel), WIDTH, HEIGHT);
  }
}
