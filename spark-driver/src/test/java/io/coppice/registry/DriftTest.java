package io.coppice.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig.RetrainConfig;
import io.coppice.data.Normalisation;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.shards.DataSummary;
import io.coppice.shards.ImagesSummary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftTest {

  private static final RetrainConfig RULE = ConfigReader.read("test", "", Map.of()).retrain();

  private static DataSummary data(List<Long> ofClass, float mean, float deviation) {
    ImagesSummary images =
        new ImagesSummary(ofClass.stream().mapToLong(Long::longValue).sum(), ofClass, "hash", 0, 1);
    return new DataSummary(
        "images of a test",
        new Shape(1, 8, 8),
        CompactModel.numbered(ofClass.size()),
        images,
        images,
        new Normalisation(new float[] {mean}, new float[] {deviation}));
  }

  private static ModelVersion version() throws IOException {
    return new ModelVersion(
        3,
        "/registry/versions/0003",
        new ObjectMapper()
            .readTree(
                """
                {"data": {"pixelMean": [70.0], "pixelDeviation": [50.0]},
                 "registry": {"run": "night", "accuracy": 0.9, "testImages": 100, "trainOfClass": [50, 30, 20]}}
                """));
  }

  @Test
  void of_sameImages_isNoneAndNoCaution() throws IOException {
    Drift drift = Drift.of(version(), data(List.of(100L, 60L, 40L), 70, 50), 0.9);
    assertThat(drift).isEqualTo(new Drift(0, 0, 0.9, 0.9));
    assertThat(drift.cautions(RULE)).isEmpty();
  }

  @Test
  void of_otherClassesPixelsAndAccuracy_cautionsOfEachNamingItsKey() throws IOException {
    Drift drift = Drift.of(version(), data(List.of(20L, 60L, 20L), 80, 58), 0.8);
    assertThat(drift.classes()).isCloseTo(0.3, within(1e-12));
    assertThat(drift.pixels()).isCloseTo(0.2, within(1e-6));
    List<String> cautions = drift.cautions(RULE);
    assertThat(cautions).hasSize(3);
    assertThat(cautions.get(0)).contains("30.0 %", "more than 10 %", "retrain.classDrift");
    assertThat(cautions.get(1)).contains("0.200 of its deviation", "retrain.pixelDrift");
    assertThat(cautions.get(2)).contains("90.00 %", "80.00 %", "retrain.accuracyDrift");
  }

  @Test
  void of_anotherDeviationAlone_isSeen() throws IOException {
    Drift drift = Drift.of(version(), data(List.of(50L, 30L, 20L), 70, 35), 0.95);
    assertThat(drift.pixels()).isCloseTo(0.3, within(1e-6));
    assertThat(drift.cautions(RULE)).singleElement().asString().contains("retrain.pixelDrift");
  }
}
