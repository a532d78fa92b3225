package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageHtmlTest {

  private static final String HOSTILE = "</script><b onload=alert(1)>&\"'{{network}}";

  static String write(RunPage page) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PageHtml.write(page, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The figures that a page holds. */
  static JsonNode figures(String html) throws IOException {
    Matcher script =
        Pattern.compile("<script type=\"application/json\" id=\"figures\">(.*?)</script>")
            .matcher(html);
    assertThat(script.find()).isTrue();
    return new ObjectMapper().readTree(script.group(1));
  }

  private static String withoutLibrary(String html) throws IOException {
    return html.replace(PageHtml.resource(PageHtml.LIBRARY), "");
  }

  @Test
  void resource_library_isTheReleasedOne() throws IOException, NoSuchAlgorithmException {
    byte[] library = PageHtml.resource(PageHtml.LIBRARY).getBytes(StandardCharsets.UTF_8);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(library)))
        .as("echarts 6.1.0, dist/echarts.common.min.js")
        .isEqualTo("61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5");
    assertThat(PageHtml.resource(PageHtml.LIBRARY)).doesNotContainIgnoringCase("</script");
  }

  @Test
  void write_hostileTexts_stayTexts() throws IOException {
    Network network = NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);
    String html = withoutLibrary(write(SamplePages.longRun(network, 2, 3, HOSTILE)));
    assertThat(html).doesNotContain("<b onload").contains("&lt;/script&gt;&lt;b onload");
    assertThat(html.split("</script>", -1)).as("the page's own three scripts").hasSize(4);
    assertThat(figures(html).path("network").asText()).isEqualTo(HOSTILE + "resnet8");
    assertThat(figures(html).path("data").path("classes").get(0).asText()).isEqualTo(HOSTILE);
  }

  @Test
  void write_endedRun_asksForNothingElseAndNeverReloads() throws IOException {
    String html = withoutLibrary(write(PageRuns.read(PageRuns.ended("anchor"))));
    assertThat(html)
        .doesNotContain("http-equiv=\"refresh\"")
        .contains("default-src 'none'")
        .doesNotContainPattern("(src|href|action)=(?!\"data:)")
        .doesNotContainPattern("url\\(|@import|fetch\\(|XMLHttpRequest|sendBeacon")
        .doesNotContain("literal-secret");
  }

  @Test
  void write_runThatGoesOn_reloadsItselfAndSaysSo() throws IOException {
    assertThat(withoutLibrary(write(PageRuns.read(PageRuns.stopped("anchor", 5)))))
        .contains("<meta http-equiv=\"refresh\" content=\"30\">", "loads itself again every 30 s");
  }

  @Test
  void write_sameRun_sameBytes() throws IOException {
    RunPage page = PageRuns.read(PageRuns.ended("anchor"));
    assertThat(write(page)).isEqualTo(write(PageRuns.read(PageRuns.ended("anchor"))));
    assertThat(figures(write(page))).isEqualTo(new ObjectMapper().readTree(PageHtml.json(page)));
  }

  @Test
  void write_longRunOfADeepNetwork_staysSmall() throws IOException {
    Network deep = NetworkCatalogue.create("resnet110", new Shape(3, 32, 32), 10, 1);
    String html = withoutLibrary(write(SamplePages.longRun(deep, 1000, 40, "")));
    assertThat(html.length()).isBetween(100_000, 1_500_000);
  }
}
