package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.report.RunSummary;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private static String verdict(@Nullable Double accuracy, long flops) {
    RunPage page = SamplePages.longRun(NETWORK, 2, 3, "");
    return Verdict.of(
        new RunPage(
            page.network(),
            page.directory(),
            true,
            2,
            null,
            new RunSummary(
                "resnet8", accuracy, accuracy, 1000, 400, 1000, flops, 1000, 1, 50, null, 0, 100, 3,
                null),
            page.curves(),
            null,
            null,
            null,
            1000,
            1000,
            List.of(),
            null));
  }

  @Test
  void of_result_saysAccuracyCostAndSpeed() {
    assertThat(verdict(0.843, 360))
        .isEqualTo(
            "resnet8 gets 84.3 % of 1,000 test images right with 36.0 % of the dense network's FLOPs and 40.0 % of its"
                + " parameters; a training step is 2.00 times as fast, and the training took 1.6 s.");
    assertThat(Verdict.of(SamplePages.longRun(NETWORK, 2, 3, "")))
        .contains("(1.90 times as fast with the training's probes)");
  }

  @Test
  void of_judged_saysFirstWhatBecameOfIt() {
    RunPage page = SamplePages.longRun(NETWORK, 2, 3, "");
    assertThat(Verdict.of(page.judged(SamplePages.judgement(true, ""))))
        .startsWith("Promoted, as version 4: resnet8 gets 87.6 % of 1,000 test images right");
    assertThat(Verdict.of(page.judged(SamplePages.judgement(false, ""))))
        .startsWith("Not promoted, version 3 stays: resnet8 gets");
    assertThat(Verdict.of(page.judged(new Judgement(false, 0, "", 10, 0.1, 0.1, null))))
        .startsWith("Not promoted, and no version is current: resnet8 gets");
  }

  @Test
  void of_denseOrUntested_saysSo() {
    assertThat(verdict(0.843, 1000)).contains("with all of its channels; the training took");
    assertThat(verdict(null, 360)).contains("was not tested");
  }

  @Test
  void of_dense_ofARealRun_doesNotSpeakOfSpeed() throws IOException {
    assertThat(Verdict.of(PageRuns.read(PageRuns.ended("dense"))))
        .contains("with all of its channels")
        .doesNotContain("times as fast");
  }
}
