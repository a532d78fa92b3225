package io.coppice.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.samskivert.mustache.Mustache;
import io.coppice.plan.Durations;
import io.coppice.report.RunSummary;
import io.coppice.report.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a {@link RunPage} as one HTML file that needs no other: template, style, script and the
 * charting library are resources beside this class. All texts are escaped by the template; the
 * figures stand in a script element as JSON, in which nothing can end that element.
 */
public final class PageHtml {

  /** Seconds after which the page of a run that goes on is loaded again. */
  static final int REFRESH_SECONDS = 30;

  /** Apache ECharts: lines, bars and points, drawn as SVG. */
  static final String LIBRARY = "echarts-6.1.0.common.min.js";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING).build();

  private PageHtml() {}

  /** A figure at the head of the page. */
  private record Tile(String value, String name, String more) {}

  /** Writes the page, in UTF-8. */
  public static void write(RunPage page, OutputStream out) throws IOException {
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("title", page.network() + (page.ended() ? "" : ", going on") + " – Coppice");
    context.put("network", page.network());
    context.put("directory", page.directory());
    context.put("verdict", Verdict.of(page));
    context.put("goingOn", !page.ended());
    context.put("refreshSeconds", REFRESH_SECONDS);
    context.put("tiles", tiles(page));
    context.put("notes", page.notes());
    context.put("panels", Panels.of(page));
    context.put("data", data(page));
    context.put("version", Version.current());
    context.put("style", resource("page.css"));
    context.put("script", resource("page.js"));
    context.put("library", resource(LIBRARY));
    context.put("json", json(page).replace("<", "\\u003c"));
    out.write(
        Mustache.compiler()
            .compile(resource("page.html"))
            .execute(context)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The figures of a page as one object of JSON, as they stand in it. */
  public static String json(RunPage page) {
    try {
      return JSON.writeValueAsString(page);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a page is not JSON", e);
    }
  }

  private static String data(RunPage page) {
    RunPage.Data data = page.data();
    if (data == null) {
      return "";
    }
    String classes = Figures.counted(data.classes().size(), "class", "classes");
    String names = String.join(", ", data.classes());
    String images =
        data.trainImages() == null
            ? ""
            : Figures.counted(data.trainImages(), "training image", "training images") + ", ";
    return images + classes + ": " + names;
  }

  private static List<Tile> tiles(RunPage page) {
    RunSummary summary = page.summary();
    return summary == null ? tilesUnfinished(page) : tilesOf(page, summary);
  }

  private static List<Tile> tilesOf(RunPage page, RunSummary summary) {
    List<Tile> tiles = new ArrayList<>();
    Double accuracy = summary.testAccuracy();
    if (accuracy != null) {
      tiles.add(
          new Tile(
              Figures.percent(accuracy),
              "test accuracy",
              Figures.counted(summary.testImages(), "image", "images")));
    }
    tiles.add(
        new Tile(
            Figures.percent(summary.flopsRatio()),
            "of the FLOPs",
            Figures.count(summary.flops()) + " an image"));
    tiles.add(
        new Tile(
            Figures.percent(summary.parametersRatio()),
            "of the parameters",
            Figures.count(summary.parameters())));
    tiles.add(
        new Tile(
            String.format(Locale.ROOT, "%.2f×", summary.measuredSpeedup()),
            "a step's speed",
            Figures.millis(summary.sparseStepMillis() / 1e3)
                + " against "
                + Figures.millis(summary.denseStepMillis() / 1e3)));
    tiles.add(
        new Tile(
            Durations.text(page.curves().seconds()),
            "of training",
            Figures.count(summary.imagesPerSecond()) + " images/s"));
    return tiles;
  }

  private static List<Tile> tilesUnfinished(RunPage page) {
    RunCurves curves = page.curves();
    List<Tile> tiles = new ArrayList<>();
    tiles.add(
        new Tile(
            page.plannedEpochs() > 0
                ? curves.epochsTaken() + " / " + page.plannedEpochs()
                : Figures.count(curves.epochsTaken()),
            "epochs",
            Figures.counted(curves.roundsTaken(), "round", "rounds")));
    if (!curves.epochs().isEmpty()) {
      EpochPoint last = curves.epochs().get(curves.epochs().size() - 1);
      tiles.add(
          new Tile(
              Figures.percent(last.heldBackAccuracy()),
              "held-back accuracy",
              "after epoch " + last.at()));
      tiles.add(
          new Tile(Figures.percent(last.flopsRatio()), "of the FLOPs", "by the last epoch's mask"));
      tiles.add(
          new Tile(Figures.count(last.imagesPerSecond()), "images a second", "in the last epoch"));
    }
    tiles.add(new Tile(Durations.text(curves.seconds()), "so far", "all rounds"));
    return tiles;
  }

  /** A file beside this class. */
  static String resource(String name) throws IOException {
    try (InputStream in = PageHtml.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("io/coppice/page/" + name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
