package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelsTest {

  private static Panel panel(RunPage page, String id) {
    return Panels.of(page).stream().filter(panel -> panel.id().equals(id)).findAny().orElseThrow();
  }

  private static List<String> ids(RunPage page) {
    return Panels.of(page).stream().map(Panel::id).toList();
  }

  @Test
  void of_strategies_showWhatTheyHave() throws IOException {
    assertThat(ids(PageRuns.read(PageRuns.ended("shares"))))
        .containsExactly(
            "loss",
            "accuracy",
            "remaining",
            "network",
            "time",
            "evidence",
            "settings",
            "comparison");
    assertThat(ids(PageRuns.read(PageRuns.ended("anchor"))))
        .contains("probabilities")
        .doesNotContain("evidence");
    assertThat(ids(PageRuns.read(PageRuns.ended("dense"))))
        .doesNotContain("probabilities", "evidence");
    assertThat(ids(PageRuns.read(PageRuns.stopped("anchor", 1))))
        .containsExactly("loss", "accuracy", "remaining", "network", "time", "settings");
  }

  @Test
  void of_judged_comparesWithTheCurrentModelFirst() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);
    RunPage page = SamplePages.longRun(network, 2, 3, "");
    RunPage judged = page.judged(SamplePages.judgement(true, "why"));
    assertThat(ids(judged)).startsWith("judgement", "drift", "loss");
    Panel against = panel(judged, "judgement");
    assertThat(against.title()).isEqualTo("Against version 3, which was current");
    assertThat(against.sentence()).isEqualTo("Promoted or not: why.");
    assertThat(against.chart()).isTrue();
    assertThat(against.table().rows())
        .contains(
            Panel.Row.of("Accuracy on the same 1,000 images", "87.6 %", "87.0 %", ""),
            Panel.Row.of("Images that one alone gets right", "26", "20", ""),
            Panel.Row.of("FLOPs, forward, one image", "360", "380", "94.7 %"));
    assertThat(panel(judged, "drift").table().rows())
        .extracting(row -> row.cells().get(0))
        .containsExactly("2.1 %", "0.038");
    RunPage first = page.judged(new Judgement(true, 1, "promoted", 1000, 0.7, 0.1, null));
    assertThat(ids(first)).startsWith("judgement", "loss");
    assertThat(panel(first, "judgement").chart()).isFalse();
    assertThat(panel(first, "judgement").table().rows())
        .containsExactly(
            Panel.Row.of("This model", "70.0 %"),
            Panel.Row.of("Always the most frequent class", "10.0 %"));
  }

  @Test
  void of_everyTable_hasAsManyCellsAsColumns() throws IOException {
    for (RunPage page :
        List.of(
            PageRuns.read(PageRuns.ended("shares")),
            PageRuns.read(PageRuns.ended("anchor")),
            PageRuns.read(PageRuns.stopped("anchor", 1)))) {
      for (Panel panel : Panels.of(page)) {
        assertThat(panel.sentence()).endsWith(".");
        for (Panel.Row row : panel.table().rows()) {
          assertThat(row.cells()).as(panel.id()).hasSize(panel.table().head().size() - 1);
        }
      }
    }
  }

  @Test
  void of_tables_areTheFiguresOfThePoints() throws IOException {
    RunPage page = PageRuns.read(PageRuns.ended("shares"));
    Panel.Table loss = panel(page, "loss").table();
    assertThat(loss.rows()).hasSize(page.curves().rounds().size());
    for (int i = 0; i < loss.rows().size(); i++) {
      RoundPoint point = page.curves().rounds().get(i);
      assertThat(loss.rows().get(i).cells().get(2)).isEqualTo(Figures.decimal(point.loss()));
    }
    assertThat(loss.rows().get(loss.rows().size() - 1).name()).startsWith("fine-tuning ");
    assertThat(panel(page, "network").table().rows())
        .hasSize(page.structure() == null ? 0 : page.structure().groups().size());
  }

  @Test
  void of_longRun_saysHowItIsThinned() {
    Network network = NetworkCatalogue.create("resnet20", new Shape(3, 32, 32), 10, 1);
    RunPage page = SamplePages.longRun(network, 300, 10, "");
    assertThat(panel(page, "loss").table().caption())
        .contains("means of up to 15 that follow each other");
    assertThat(panel(page, "loss").table().rows().get(0).name()).isEqualTo("1 to 15");
    assertThat(panel(page, "accuracy").table().caption()).contains("one of 3 and the last one");
    assertThat(panel(page, "probabilities").sentence())
        .contains("33.3 % were nearly decided (below 10 % or from 90 % on) after epoch 3")
        .contains("98.7 % after epoch 300");
    assertThat(panel(page, "evidence").sentence()).contains("0.20 of what VR-PGE");
  }
}
