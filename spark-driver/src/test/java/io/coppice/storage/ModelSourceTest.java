package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.data.Normalisation;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSourceTest {

  private static final ModelSource SOURCE =
      new ModelSource(
          NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.5),
          new Normalisation(new float[] {1.5f}, new float[] {2.5f}),
          List.of("apple", "Birne", "さくら"));

  @Test
  void of_whatAddToWrote_isTheSame() throws IOException {
    ModelSource read = ModelSource.of(manifest(), "here");
    assertThat(read.labels()).isEqualTo(SOURCE.labels());
    assertThat(read.normalisation()).isEqualTo(SOURCE.normalisation());
    assertThat(read.network()).isEqualTo(SOURCE.network());
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
