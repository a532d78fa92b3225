package io.coppice.benchmarks.scale;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/**
 * Speed-ups over the size of the cluster as SVG, one panel for each speed of the links. Chart
 * libraries write outlines of letters, which make such a picture a hundred times as large.
 */
final class SpeedUpPicture {

  private static final int PANEL = 330;
  private static final int SIDE = 256;
  private static final int LEFT = 50;
  private static final int TOP = 30;
  private static final int HEIGHT = 390;

  /** Both axes go from 1 to this, in doublings. */
  private static final int LARGEST = 256;

  private static final List<String> COLOURS = List.of("#1b6ca8", "#c8553d", "#3a7d44");

  private final StringBuilder svg = new StringBuilder();

  private SpeedUpPicture() {}

  static void write(File file, List<Extrapolation> rows) throws IOException {
    Files.writeString(file.toPath(), new SpeedUpPicture().draw(rows));
  }

  private String draw(List<Extrapolation> rows) {
    List<Double> links = rows.stream().map(Extrapolation::gigabits).distinct().toList();
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='12'>",
        LEFT + links.size() * PANEL, HEIGHT);
    add("<rect width='100%%' height='100%%' fill='white'/>");
    for (int panel = 0; panel < links.size(); panel++) {
      double gigabits = links.get(panel);
      add("<g transform='translate(%d,%d)'>", LEFT + panel * PANEL, TOP);
      axes(String.format(Locale.ROOT, "%.0f Gbit/s", gigabits));
      lines(rows.stream().filter(row -> row.gigabits() == gigabits).toList(), panel == 0);
      add("</g>");
    }
    add("</svg>");
    return svg.toString();
  }

  private void axes(String title) {
    add("<text x='%d' y='-10' text-anchor='middle' font-size='14'>%s</text>", SIDE / 2, title);
    for (int value = 1; value <= LARGEST; value *= 4) {
      double at = place(value);
      add("<path d='M%.1f 0V%d M0 %.1fH%d' stroke='#ddd'/>", at, SIDE, SIDE - at, SIDE);
      add("<text x='%.1f' y='%d' text-anchor='middle'>%d</text>", at, SIDE + 16, value);
      add("<text x='-6' y='%.1f' text-anchor='end'>%d</text>", SIDE - at + 4, value);
    }
    add("<path d='M0 0V%d H%d' stroke='black' fill='none'/>", SIDE, SIDE);
    add(
        "<text x='%d' y='%d' text-anchor='middle'>executors of %d cores</text>",
        SIDE / 2, SIDE + 34, Extrapolation.CORES);
    add(
        "<text transform='translate(-32,%d) rotate(-90)' text-anchor='middle'>images/s over one"
            + " executor's</text>",
        SIDE / 2);
  }

  /** A network's dense and its sparse line stand one after the other. */
  private void lines(List<Extrapolation> rows, boolean named) {
    for (int i = 0; i < rows.size(); i++) {
      Extrapolation row = rows.get(i);
      String style =
          "stroke='"
              + COLOURS.get(i / 2 % COLOURS.size())
              + "' stroke-width='2' fill='none'"
              + (i % 2 == 0 ? "" : " stroke-dasharray='5 4'");
      StringBuilder path = new StringBuilder();
      for (Extrapolation.Size size : row.sizes()) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                path.isEmpty() ? "M" : "L",
                place(size.executors()),
                SIDE - place(size.times())));
      }
      add("<path d='%s' %s/>", path, style);
      if (named) {
        int x = i / 2 * PANEL;
        int y = SIDE + 56 + i % 2 * 20;
        add("<path d='M%d %dh30' %s/>", x, y - 4, style);
        add("<text x='%d' y='%d'>%s</text>", x + 38, y, row.network());
      }
    }
  }

  private static double place(double value) {
    return SIDE * Math.log(Math.max(1, value)) / Math.log(LARGEST);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
