package io.coppice.benchmarks.scale;

import io.coppice.benchmarks.picture.Axis;
import io.coppice.benchmarks.picture.Line;
import io.coppice.benchmarks.picture.LineChart;
import io.coppice.benchmarks.picture.Panel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Speed-ups over the size of the cluster, one panel for each speed of the links. */
final class SpeedUpPicture {

  private static final int SIDE = 256;

  private static final int LARGEST = 256;

  private SpeedUpPicture() {}

  static void write(File file, List<Extrapolation> rows) throws IOException {
    List<Panel> panels =
        rows.stream()
            .map(Extrapolation::gigabits)
            .distinct()
            .map(
                gigabits ->
                    new Panel(
                        String.format(Locale.ROOT, "%.0f Gbit/s", gigabits),
                        Axis.ofRatios("executors of " + Extrapolation.CORES + " cores", LARGEST),
                        Axis.ofRatios("images/s over one executor's", LARGEST),
                        lines(rows.stream().filter(row -> row.gigabits() == gigabits).toList())))
            .toList();
    Files.writeString(file.toPath(), LineChart.draw(panels, SIDE, SIDE));
  }

  /** A network's dense and its sparse line stand one after the other. */
  private static List<Line> lines(List<Extrapolation> rows) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      lines.add(
          new Line(
              rows.get(i).network(),
              i / 2,
              i % 2 == 1,
              rows.get(i).sizes().stream()
                  .map(size -> new Line.Point(size.executors(), size.times()))
                  .toList()));
    }
    return lines;
  }
}
