package io.coppice.page;

import java.util.List;

/**
 * A part of the page: a heading, one sentence of what there is to see, a chart or none, and the
 * figures as a table.
 *
 * @param id name of the chart's drawing in the page's script
 * @param title the heading
 * @param sentence what the panel shows
 * @param chart whether there is a chart
 * @param table the figures
 */
record Panel(String id, String title, String sentence, boolean chart, Table table) {

  /**
   * Figures.
   *
   * @param caption what they are
   * @param head names of the columns
   * @param rows texts, as many as there are columns
   */
  record Table(String caption, List<String> head, List<Row> rows) {}

  /**
   * A line of a table.
   *
   * @param name the first cell, which names the line
   * @param cells the others
   */
  record Row(String name, List<String> cells) {

    static Row of(String name, String... cells) {
      return new Row(name, List.of(cells));
    }
  }

  static Panel ofChart(String id, String title, String sentence, Table table) {
    return new Panel(id, title, sentence, true, table);
  }

  static Panel ofTable(String id, String title, String sentence, Table table) {
    return new Panel(id, title, sentence, false, table);
  }
}
