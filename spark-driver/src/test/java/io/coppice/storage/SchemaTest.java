package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

  private static final Schema LETTERS =
      new Schema(
          "letter",
          List.of(
              document -> document.put("trace", document.path("trace").asText() + "1>2 "),
              document -> document.put("trace", document.path("trace").asText() + "2>3 ")));

  @Test
  void upgrade_everyVersion_takesTheStepsThatItLacks() throws IOException {
    assertThat(LETTERS.current()).isEqualTo(3);
    assertThat(upgrade("{\"schema\":1}").path("trace").asText()).isEqualTo("1>2 2>3 ");
    assertThat(upgrade("{\"schema\":2}").path("trace").asText()).isEqualTo("2>3 ");
    assertThat(upgrade("{\"schema\":3}").has("trace")).isFalse();
  }

  @Test
  void upgrade_document_isNotChanged() throws IOException {
    JsonNode written = new ObjectMapper().readTree("{\"schema\":1}");
    JsonNode upgraded = LETTERS.upgrade(written, "here");
    assertThat(written.has("trace")).isFalse();
    assertThat(Schema.versionOf(upgraded)).isEqualTo(1);
  }

  @Test
  void upgrade_newerOrNone_refusesNamingWriterAndRange() {
    assertThatThrownBy(
            () -> upgrade("{\"schema\":4,\"versions\":{\"coppice\":\"9.1\",\"java\":\"17\"}}"))
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining("here: the letter cannot be read")
        .hasMessageContaining("its schema is 4 (written by coppice 9.1)")
        .hasMessageContaining("reads 1 to 3");
    for (String none : List.of("{}", "[]", "{\"schema\":0}", "{\"schema\":\"x\"}")) {
      assertThatThrownBy(() -> upgrade(none)).as(none).hasMessageContaining("of unknown version");
    }
  }

  @Test
  void upgrade_settingsThatDidNotExist_saysWhatWasDoneWithoutThem() throws IOException {
    for (Schema schema : List.of(Schema.CHECKPOINT, Schema.RESULT)) {
      JsonNode config =
          schema
              .upgrade(
                  new ObjectMapper()
                      .readTree(
                          "{\"schema\":3,\"config\":{\"training\":{\"warmUp\":0.2,\"epochs\":3}}}"),
                  "here")
              .path("config");
      assertThat(config.path("training").path("warmUp").asDouble()).isEqualTo(0.2);
      assertThat(config.path("training").path("nesterov").asText()).isEqualTo("false");
      assertThat(config.path("training").path("decayed").asText()).isEqualTo("all");
      assertThat(config.path("structure").path("floor").asText()).isEqualTo("false");
    }
  }

  private static JsonNode upgrade(String document) throws IOException {
    return LETTERS.upgrade(new ObjectMapper().readTree(document), "here");
  }
}
