package io.coppice.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig.RetrainConfig;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.report.RunSummary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static RetrainConfig rule(Map<String, String> settings) {
    return ConfigReader.read("test", "", settings).retrain();
  }

  private static ModelVersion current() throws IOException {
    return new ModelVersion(
        4,
        "/registry/versions/0004",
        new ObjectMapper()
            .readTree(
                """
                {"summary": {"flops": 1000, "parameters": 200, "sparseStepMillis": 10.0}}
                """));
  }

  private static RunSummary summary(long flops, long parameters, double millis) {
    return new RunSummary(
        "resnet8", 0.9, 0.3, 1000, parameters, 800, flops, 4000, 1, millis, null, 0, 30, 60, null);
  }

  private static ModelEvaluation evaluation(long right, long images) {
    return ModelEvaluation.of(
        List.of("cat", "dog"), 1, new long[][] {{right, images - right}, {0, 0}});
  }

  /** Of 1,000 images, of which both classify 800 right. */
  private static ModelComparison compared(long onlyCurrent, long onlyCandidate) {
    return new ModelComparison(
        evaluation(800 + onlyCurrent, 1000),
        evaluation(800 + onlyCandidate, 1000),
        onlyCurrent,
        onlyCandidate);
  }

  @Test
  void of_betterCandidateOfTheSameCost_promotesSayingWhy() throws IOException {
    Verdict verdict =
        Verdict.of(rule(Map.of()), current(), summary(1000, 200, 10), compared(20, 60));
    assertThat(verdict.promotes()).isTrue();
    assertThat(verdict.reasons())
        .contains(
            "accuracy 86.00 % against 82.00 % of version 4 on the same 1,000 images",
            "one that is worse by 2 points or more is ruled out",
            "1.00 times its FLOPs, of which up to 1.05 is allowed");
    assertThat(verdict.figures().path("bothRight").asLong()).isEqualTo(800);
    assertThat(verdict.figures().path("onlyCurrentRight").asLong()).isEqualTo(20);
    assertThat(verdict.figures().path("onlyCandidateRight").asLong()).isEqualTo(60);
    assertThat(verdict.figures().path("neitherRight").asLong()).isEqualTo(120);
  }

  @Test
  void of_worseCandidate_doesNotPromote() throws IOException {
    Verdict verdict =
        Verdict.of(rule(Map.of()), current(), summary(900, 200, 10), compared(60, 30));
    assertThat(verdict.promotes()).isFalse();
    assertThat(verdict.reasons()).contains("2 points or more is not ruled out");
  }

  @Test
  void of_equalCandidateWithoutTolerance_hasToBeBetter() throws IOException {
    RetrainConfig strict = rule(Map.of("retrain.tolerance", "0"));
    assertThat(Verdict.of(strict, current(), summary(1, 1, 1), compared(40, 45)).promotes())
        .isFalse();
    Verdict better = Verdict.of(strict, current(), summary(1, 1, 1), compared(20, 60));
    assertThat(better.promotes()).isTrue();
    assertThat(better.reasons()).contains("no better one is ruled out");
  }

  @Test
  void of_dearerCandidate_isRefusedByWhatIsCounted() throws IOException {
    RunSummary dearer = summary(1100, 180, 20);
    assertThat(Verdict.of(rule(Map.of()), current(), dearer, compared(20, 60)).reasons())
        .contains("is ruled out", "1.10 times its FLOPs, of which only up to 1.05 is allowed");
    assertThat(Verdict.of(rule(Map.of()), current(), dearer, compared(20, 60)).promotes())
        .isFalse();
    Map<String, String> parameters = Map.of("retrain.cost", "parameters");
    assertThat(Verdict.of(rule(parameters), current(), dearer, compared(20, 60)).promotes())
        .isTrue();
    Map<String, String> time = Map.of("retrain.cost", "time", "retrain.maximumCost", "2");
    assertThat(Verdict.of(rule(time), current(), dearer, compared(20, 60)).promotes()).isTrue();
  }

  @Test
  void ofFirst_anyModel_hasToBeBetterThanTheMostFrequentClass() {
    ModelEvaluation always =
        ModelEvaluation.of(List.of("cat", "dog"), 1, new long[][] {{70, 0}, {30, 0}});
    assertThat(Verdict.ofFirst(rule(Map.of()), always).promotes()).isFalse();
    ModelEvaluation good =
        ModelEvaluation.of(List.of("cat", "dog"), 1, new long[][] {{65, 5}, {5, 25}});
    Verdict verdict = Verdict.ofFirst(rule(Map.of()), good);
    assertThat(verdict.promotes()).isTrue();
    assertThat(verdict.reasons()).contains("the first model", "frequent class (70.00 %)");
  }

  @Test
  void shown_numbers_haveThreeDigitsAndNoZerosBehind() {
    assertThat(List.of(2.0, 0.05, 1.05, 100.0, 0.00001234, 0.0).stream().map(Verdict::shown))
        .containsExactly("2", "0.05", "1.05", "100", "1.23e-05", "0");
  }
}
