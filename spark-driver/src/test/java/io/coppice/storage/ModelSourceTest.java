package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.data.Normalisation;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Conditional;
import io.coppice.structure.CostModel.Term;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSourceTest {

  private static final ModelSource SOURCE =
      new ModelSource(
          NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.5),
          new Normalisation(new float[] {1.5f}, new float[] {2.5f}),
          List.of("apple", "Birne", "さくら"),
          new CostModel(
              List.of(new Term(0.1, 0, 1), new Term(1e-300, CostModel.NONE, CostModel.NONE)),
              List.of(
                  new Conditional(1.0 / 3, CostModel.NONE, List.of(0), List.of(1, 2)),
                  new Conditional(7, 2, List.of(), List.of(1))),
              16));

  @Test
  void of_whatAddToWrote_isTheSame() throws IOException {
    ModelSource read = ModelSource.of(manifest(), "here");
    assertThat(read.labels()).isEqualTo(SOURCE.labels());
    assertThat(read.normalisation()).isEqualTo(SOURCE.normalisation());
    assertThat(read.network()).isEqualTo(SOURCE.network());
    assertThat(read.roundTime()).as("the same bits").isEqualTo(SOURCE.roundTime());
  }

  @Test
  void of_manifestWithoutTimes_hasNone() throws IOException {
    ObjectNode manifest = manifest();
    ((ObjectNode) manifest.get("model")).remove("roundTime");
    assertThat(ModelSource.of(manifest, "here").roundTime()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"terms\":[[1,0,99]]}",
        "{\"terms\":[[-1,0,1]]}",
        "{\"terms\":[[\"1\",0,1]]}",
        "{\"terms\":[[1,0]]}",
        "{\"terms\":[],\"block\":0}",
        "{\"conditionals\":[[1,0,[-2],[]]]}"
      })
  void of_timesOfNoSuchNetwork_damaged(String times) throws IOException {
    ObjectNode manifest = manifest();
    ((ObjectNode) manifest.get("model")).set("roundTime", new ObjectMapper().readTree(times));
    assertThatThrownBy(() -> ModelSource.of(manifest, "here"))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith("here: 'model': ");
  }

  @Test
  void of_earlierVersionWithoutNames_numbersTheClasses() throws IOException {
    ObjectNode manifest = manifest();
    ((ObjectNode) manifest.get("model")).remove("labels");
    assertThat(ModelSource.of(manifest, "here").labels()).containsExactly("0", "1", "2");
  }

  @Test
  void of_namesOfOtherClasses_damaged() throws IOException {
    ObjectNode manifest = manifest();
    ((ObjectNode) manifest.get("model")).putArray("labels").add("one");
    assertThatThrownBy(() -> ModelSource.of(manifest, "here"))
        .isInstanceOf(DamagedException.class)
        .hasMessage("here: the network tells 3 classes apart, and 1 have names");
  }

  private static ObjectNode manifest() throws IOException {
    ObjectNode manifest = new ObjectMapper().createObjectNode();
    SOURCE.addTo(manifest);
    // As it comes back from a file.
    return (ObjectNode) new ObjectMapper().readTree(manifest.toString());
  }
}
