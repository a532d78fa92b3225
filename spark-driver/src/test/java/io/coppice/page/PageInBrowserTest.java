package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page as a browser shows it. */
class PageInBrowserTest {

  private static final String HOSTILE = "</script><b id=hostile><script>console.error(1)</script>";

  @TempDir Path directory;

  /** Marks of every chart in its SVG, by the chart's name. */
  private static Map<String, Integer> marks(String dom) {
    Map<String, Integer> marks = new HashMap<>();
    for (MatchResult chart :
        Pattern.compile("id=\"chart-(\\w+)\"(.*?)<details", Pattern.DOTALL)
            .matcher(dom)
            .results()
            .toList()) {
      int paths = chart.group(2).split("<path ", -1).length - 1;
      marks.put(chart.group(1), chart.group(2).contains("<svg") ? paths : 0);
    }
    return marks;
  }

  @ParameterizedTest
  @CsvSource({
    "shares,light",
    "shares,dark",
    "anchor,light",
    "anchor,dark",
    "uniform,light",
    "dense,dark"
  })
  void page_ofARealRun_drawsEveryChartWithoutErrorsOrRequests(String strategy, String theme)
      throws Exception {
    Path run = PageRuns.ended(strategy);
    String html = Files.readString(run.resolve("report.html"));
    Browser.Visit visit = Browser.visit(html, "#theme=" + theme, directory);
    assertThat(visit.console()).isEmpty();
    assertThat(visit.requests()).containsExactly("/report.html");
    assertThat(visit.dom()).contains("<html lang=\"en\" data-theme=\"" + theme + "\"");
    List<String> charts =
        Panels.of(PageRuns.read(run)).stream().filter(Panel::chart).map(Panel::id).toList();
    Map<String, Integer> marks = marks(visit.dom());
    assertThat(marks.keySet()).containsExactlyInAnyOrderElementsOf(charts);
    marks.forEach((chart, paths) -> assertThat(paths).as(chart).isGreaterThan(5));
    assertThat(visit.dom()).contains(theme.equals("dark") ? "#5aaee6" : "#0072b2");

    JsonNode figures = PageHtmlTest.figures(visit.dom());
    int point = 0;
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode parsed = new ObjectMapper().readTree(line);
      if (parsed.path("type").asText().equals("round")) {
        assertThat(figures.path("curves").path("rounds").get(point++).path("loss"))
            .isEqualTo(parsed.path("loss"));
      }
    }
    assertThat(point).isEqualTo(figures.path("curves").path("rounds").size());
    assertThat(visit.dom())
        .contains(
            "<td>"
                + Figures.decimal(
                    figures.path("curves").path("rounds").get(0).path("loss").asDouble()));
  }

  @Test
  void page_ofARunThatGoesOn_loadsItselfAgainAndKeepsItsTheme() throws Exception {
    String html = PageHtmlTest.write(PageRuns.read(PageRuns.stopped("anchor", 5)));
    Browser.stay(html.replace("content=\"30\"", "content=\"1\""), 3, directory);
    // The address stays when a page loads itself again.
    Browser.Visit visit = Browser.visit(html, "#theme=dark&axis=time", directory);
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom()).contains("data-theme=\"dark\"", "id=\"by-time\" aria-pressed=\"true\"");
    assertThat(marks(visit.dom()))
        .containsOnlyKeys("loss", "accuracy", "remaining", "network", "probabilities", "time");
  }

  @Test
  void page_beforeTheFirstEpoch_drawsWhatThereIs() throws Exception {
    Browser.Visit visit =
        Browser.visit(
            PageHtmlTest.write(PageRuns.read(PageRuns.stopped("anchor", 1))), "", directory);
    assertThat(visit.console()).isEmpty();
    assertThat(marks(visit.dom()))
        .containsOnlyKeys("loss", "accuracy", "remaining", "network", "time");
  }

  @Test
  void page_longRunOfADeepNetworkWithHostileNames_isDrawnAsTexts() throws Exception {
    Network deep = NetworkCatalogue.create("resnet56", new Shape(3, 32, 32), 10, 1);
    Browser.Visit visit =
        Browser.visit(
            PageHtmlTest.write(
                SamplePages.longRun(deep, 400, 20, HOSTILE)
                    .judged(SamplePages.judgement(true, HOSTILE))),
            "",
            directory);
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom()).doesNotContain("<b id=");
    Map<String, Integer> marks = marks(visit.dom());
    assertThat(marks).hasSize(8);
    assertThat(marks.get("judgement")).isGreaterThan(5);
    assertThat(marks.get("network")).isGreaterThan(2 * 56);
    assertThat(marks.get("evidence")).isGreaterThan(2 * deep.groups().size());
  }
}
