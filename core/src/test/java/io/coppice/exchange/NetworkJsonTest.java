package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.compact.RandomNetwork;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkJsonTest {

  private static final String SMALL =
      """
      {"format": "coppice-network/1", "name": "small",
       "layers": [
        {"name": "image", "type": "input", "shape": [3, 8, 8]},
        {"name": "conv", "type": "convolution", "inputs": ["image"], "outputs": 4,
         "kernel": [3, 3], "bias": true},
        {"name": "act", "type": "activation", "inputs": ["conv"], "function": "leaky-relu", "slope": 0.1},
        {"name": "logits", "type": "linear", "inputs": ["act"], "outputs": 5, "bias": true}]}
      """;

  @Property(tries = 200)
  void read_whatWasWritten_isTheSameNetwork(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    Network network = RandomNetwork.draw(CounterRandom.of(seed, Purpose.WEIGHT));
    String json = NetworkJson.write(network);
    Network read = NetworkJson.read(json, "test");
    assertThat(read).isEqualTo(network);
    assertThat(NetworkJson.write(read)).isEqualTo(json);
  }

  @Test
  void read_networksOfTheCatalogue_areTheSame() {
    for (String name : NetworkCatalogue.names()) {
      Network network = NetworkCatalogue.create(name, new Shape(3, 32, 32), 10, 1);
      assertThat(NetworkJson.read(NetworkJson.write(network), "test")).isEqualTo(network);
    }
  }

  @Test
  void read_whatIsKept_isKept() {
    Network network =
        NetworkCatalogue.create("resnet8", new Shape(3, 32, 32), 10, 1).keeping(List.of("stem.*"));
    assertThat(NetworkJson.read(NetworkJson.write(network), "test")).isEqualTo(network);
  }

  @Test
  void read_membersLeftOut_takeTheirDefaults() {
    Network network = NetworkJson.read(SMALL, "small.json");
    assertThat(network.node(1).shape()).isEqualTo(new Shape(4, 6, 6));
    assertThat(network.keep()).isEmpty();
  }

  @Test
  void sha256_otherNetwork_isAnother() {
    Network network = NetworkJson.read(SMALL, "small.json");
    Network other = NetworkJson.read(SMALL.replace("0.1", "0.2"), "small.json");
    assertThat(NetworkJson.sha256(network))
        .isEqualTo(NetworkJson.sha256(NetworkJson.read(SMALL, "elsewhere.json")))
        .isNotEqualTo(NetworkJson.sha256(other));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "coppice-network/1 | coppice-network/2 | format: expected 'coppice-network/1', found 'coppice-network/2'",
        "\"outputs\": 4 | \"outputs\": \"4\" | layers[1] (conv).outputs: expected a whole number, found \"4\"",
        "\"outputs\": 4 | \"outputs\": 0 | layers[1] (conv): at least 1 output channel is needed, found 0",
        "\"outputs\": 4 | \"outputs\": 4, \"groups\": 2 | layers[1] (conv): unknown member 'groups'; known here are [bias,",
        "\"kernel\": [3, 3] | \"kernel\": [3] | layers[1] (conv).kernel: expected 2 whole numbers, found 1",
        "\"kernel\": [3, 3], | '' | layers[1] (conv).kernel: expected a list, found nothing",
        "\"kernel\": [3, 3] | \"kernel\": [9, 9] | layers[1]: conv: a window of 9x9",
        "[\"image\"] | [\"imagine\"] | layers[1] (conv).inputs: expected the names of layers before it, found 'imagine'",
        "\"type\": \"activation\" | \"type\": \"gelu\" | layers[2] (act).type: expected one of [convolution,",
        "leaky-relu | tanh | layers[2] (act).function: expected one of [relu, relu6, leaky-relu], found 'tanh'",
        "\"slope\": 0.1 | \"slope\": 2 | layers[2] (act): the slope lies in (0, 1)",
        "[3, 8, 8] | [3, 8, 0] | layers[0].shape: a shape needs at least 1 channel",
        "[3, 8, 8] | [65536, 65536, 8] | layers[0].shape: a tensor of one image has at most",
        "\"name\": \"act\" | \"name\": \"conv\" | layers[2]: two layers are named conv",
        "\"name\": \"act\" | \"name\": \"act\", \"name\": \"b\" | not JSON: Duplicate field 'name'",
        "5, \"bias\": true}]} | 5, \"bias\": true}]} x | not JSON",
        "\"layers\" | \"Layers\" | the network.layers: expected a list, found nothing"
      })
  void read_somethingElse_isRefusedWithItsPlace(String part, String instead, String message) {
    assertThat(SMALL).contains(part);
    String wrong = SMALL.replace(part, instead.equals("''") ? "" : instead);
    assertThatThrownBy(() -> NetworkJson.read(wrong, "net.json"))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageStartingWith("net.json: ")
        .hasMessageContaining(message);
  }
}
