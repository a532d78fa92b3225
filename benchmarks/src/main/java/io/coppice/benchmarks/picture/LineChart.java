package io.coppice.benchmarks.picture;

import java.util.List;
import java.util.Locale;

/**
 * Panels side by side as SVG, with a legend of the first one's lines below, two in a column. Chart
 * libraries write outlines of letters, which make such a picture a hundred times as large.
 */
public final class LineChart {

  private static final int LEFT = 50;
  private static final int TOP = 30;
  private static final int GAP = 74;
  private static final int BELOW = 104;
  private static final int LEGEND = 56;
  private static final int LEGEND_ROWS = 2;
  private static final int LEGEND_LINE = 20;

  private static final List<String> COLOURS = List.of("#1b6ca8", "#c8553d", "#3a7d44", "#7a5195");

  private final int width;
  private final int height;
  private final StringBuilder svg = new StringBuilder();

  private LineChart(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /**
   * Draws panels.
   *
   * @param width of each, between its axes, pixels
   * @param height likewise
   */
  public static String draw(List<Panel> panels, int width, int height) {
    return new LineChart(width, height).draw(panels);
  }

  private String draw(List<Panel> panels) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='12'>",
        LEFT + panels.size() * (width + GAP), TOP + height + BELOW);
    add("<rect width='100%%' height='100%%' fill='white'/>");
    for (int i = 0; i < panels.size(); i++) {
      add("<g transform='translate(%d,%d)'>", LEFT + i * (width + GAP), TOP);
      axes(panels.get(i));
      lines(panels.get(i));
      if (i == 0) {
        legend(panels.get(i).lines(), panels.size() * (width + GAP));
      }
      add("</g>");
    }
    add("</svg>");
    return svg.toString();
  }

  private void axes(Panel panel) {
    add(
        "<text x='%d' y='-10' text-anchor='middle' font-size='14'>%s</text>",
        width / 2, escaped(panel.title()));
    for (long tick : panel.x().ticks()) {
      double at = width * panel.x().place().applyAsDouble(tick);
      add("<path d='M%.1f 0V%d' stroke='#ddd'/>", at, height);
      add("<text x='%.1f' y='%d' text-anchor='middle'>%d</text>", at, height + 16, tick);
    }
    for (long tick : panel.y().ticks()) {
      double at = height * (1 - panel.y().place().applyAsDouble(tick));
      add("<path d='M0 %.1fH%d' stroke='#ddd'/>", at, width);
      add("<text x='-6' y='%.1f' text-anchor='end'>%d</text>", at + 4, tick);
    }
    add("<path d='M0 0V%d H%d' stroke='black' fill='none'/>", height, width);
    add(
        "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
        width / 2, height + 34, escaped(panel.x().title()));
    add(
        "<text transform='translate(-32,%d) rotate(-90)' text-anchor='middle'>%s</text>",
        height / 2, escaped(panel.y().title()));
  }

  private void lines(Panel panel) {
    for (Line line : panel.lines()) {
      StringBuilder path = new StringBuilder();
      for (Line.Point point : line.points()) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                path.isEmpty() ? "M" : "L",
                width * panel.x().place().applyAsDouble(point.x()),
                height * (1 - panel.y().place().applyAsDouble(point.y()))));
      }
      add("<path d='%s' %s/>", path, style(line));
    }
  }

  private void legend(List<Line> lines, int space) {
    int columns = (lines.size() + LEGEND_ROWS - 1) / LEGEND_ROWS;
    for (int i = 0; i < lines.size(); i++) {
      int x = i / LEGEND_ROWS * (space / columns);
      int y = height + LEGEND + i % LEGEND_ROWS * LEGEND_LINE;
      add("<path d='M%d %dh30' %s/>", x, y - 4, style(lines.get(i)));
      add("<text x='%d' y='%d'>%s</text>", x + 38, y, escaped(lines.get(i).name()));
    }
  }

  private static String style(Line line) {
    return "stroke='"
        + COLOURS.get(line.colour() % COLOURS.size())
        + "' stroke-width='2' fill='none'"
        + (line.dashed() ? " stroke-dasharray='5 4'" : "");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
