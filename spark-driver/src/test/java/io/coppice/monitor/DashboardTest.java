package io.coppice.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Grafana is asked to show is what Prometheus is told. */
class DashboardTest {

  private static final Path DASHBOARD = Path.of("../deploy/grafana.json");
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/coppice/monitor/prometheus-metrics.txt");
  private static final Pattern BY_PATTERN = Pattern.compile("__name__=~\"([^\"]+)\"");
  private static final Pattern BY_NAME = Pattern.compile("\\bmetrics_[A-Za-z0-9_]+");

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    dashboard().findValues("expr").forEach(query -> queries.add(query.asText()));
    dashboard().findValues("definition").forEach(query -> queries.add(query.asText()));
    return queries;
  }

  @Test
  void queries_everyMetric_isOneOfThePlugin() throws IOException {
    List<String> metrics = Files.readAllLines(GOLDEN);
    Set<String> asked = new HashSet<>();
    for (String query : queries()) {
      String ofFirstRun = query.replace("${run}", "1");
      Matcher pattern = BY_PATTERN.matcher(ofFirstRun);
      boolean any = false;
      while (pattern.find()) {
        String names = pattern.group(1);
        assertThat(metrics).as(query).anyMatch(name -> name.matches(names));
        metrics.stream().filter(name -> name.matches(names)).forEach(asked::add);
        any = true;
      }
      Matcher name = BY_NAME.matcher(pattern.replaceAll(""));
      while (name.find()) {
        assertThat(metrics).as(query).contains(name.group());
        asked.add(name.group());
        any = true;
      }
      assertThat(any).as("a metric in %s", query).isTrue();
    }
    assertThat(asked).hasSizeGreaterThan(20);
  }

  @Test
  void panels_everyOne_hasAnIdAUnitAPlaceAndTheDataSourceThatIsChosen() throws IOException {
    JsonNode dashboard = dashboard();
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(ids.add(panel.path("id").asInt(-1))).as("id of %s", title).isTrue();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
      assertThat(panel.path("description").asText()).as(title).isNotEmpty();
      assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      assertThat(panel.path("targets")).as(title).isNotEmpty();
      Set<String> refIds = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        assertThat(refIds.add(target.path("refId").asText())).as(title).isTrue();
        assertThat(target.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      }
      JsonNode place = panel.path("gridPos");
      for (int x = place.path("x").asInt();
          x < place.at("/x").asInt() + place.at("/w").asInt();
          x++) {
        for (int y = place.at("/y").asInt();
            y < place.at("/y").asInt() + place.at("/h").asInt();
            y++) {
          assertThat(x).as(title).isLessThan(24);
          assertThat(cells.add(x + "," + y)).as("%s lies on another panel", title).isTrue();
        }
      }
    }
    assertThat(ids).hasSizeGreaterThan(10);
    assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
    JsonNode variables = dashboard.at("/templating/list");
    assertThat(variables.findValuesAsText("name")).containsExactly("datasource", "instance", "run");
    assertThat(variables.get(0).path("type").asText()).isEqualTo("datasource");
    assertThat(variables.get(0).path("query").asText()).isEqualTo("prometheus");
  }
}
