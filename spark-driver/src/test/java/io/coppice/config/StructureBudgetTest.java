package io.coppice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coppice.config.RunConfig.Cost;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructureBudgetTest {

  private static final double DENSE = 1000;

  @ParameterizedTest
  @CsvSource({
    "0.36, 360, 0.36",
    "36 %, 360, 0.36",
    "8.7%, 87, 0.087",
    "1, 1000, 1.0",
    "0, 0, 0.0",
    "8M, 8e6, 8M",
    "8M parameters, 8e6, 8M parameters",
    "8000000 parameters, 8e6, 8M parameters",
    "0.3k, 300, 0.3k",
    "120 MFLOPs, 1.2e8, 120 MFLOPs",
    "1.2 GFLOPs, 1.2e9, 1.2 GFLOPs",
    "300 channels, 300, 300 channels",
    "123456789 flops, 123456789, 123.456789 MFLOPs",
    "25 ms, 25, 25 ms",
    "2.5ms, 2.5, 2.5 ms",
    "1.5 s, 1500, 1500 ms",
  })
  void parse_shareOrAmount_isTheLimitAndIsWrittenInOneForm(
      String text, double limit, String written) {
    StructureBudget budget = StructureBudget.parse(text);
    assertThat(budget.limit(DENSE)).isEqualTo(limit);
    assertThat(budget).hasToString(written);
    assertThat(StructureBudget.parse(written)).isEqualTo(budget).hasSameHashCodeAs(budget);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a lot", "8M pixels", "-0.1", "", "8 MM", "8 Ms", "0x10", "1.5.2"})
  void parse_anythingElse_refusedSayingWhatIsExpected(String text) {
    assertThatThrownBy(() -> StructureBudget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.36 or 36 %")
        .hasMessageContaining("found '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"300", "1.01", "101 %"})
  void parse_shareOfMoreThanAll_refusedSayingThatAmountsHaveUnits(String text) {
    assertThatThrownBy(() -> StructureBudget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at least 0 and at most 1")
        .hasMessageContaining("an amount has a unit");
  }

  @Test
  void read_unitOfAnotherCost_refusedSayingWhichCostItIs() {
    ConfigException failure =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigReader.read("test", "", Map.of("structure.budget", "8M parameters")));
    assertThat(failure.problems())
        .containsExactly(
            "'structure.budget' (8M parameters) is an amount of parameters, and 'structure.cost' (flops) counts FLOPs;"
                + " write 'structure.cost: parameters', or another budget");
  }

  @Test
  void differences_manifestWithANumber_isTheSameShare() {
    RunConfig config = ConfigReader.read("test", "", Map.of("structure.budget", "25 %"));
    RunConfig number = ConfigReader.read("test", "structure: {budget: 0.25}", Map.of());
    assertThat(ConfigJson.identity(config).at("/structure/budget").isDouble()).isTrue();
    assertThat(ConfigJson.differences(ConfigJson.identity(number), config)).isEmpty();
    RunConfig amount =
        ConfigReader.read(
            "test",
            "",
            Map.of("structure.budget", "8M parameters", "structure.cost", "parameters"));
    assertThat(ConfigJson.read(ConfigJson.identity(amount)).structure())
        .isEqualTo(amount.structure());
    assertThat(ConfigReader.read("printed", ConfigPrinter.print(amount), Map.of()))
        .isEqualTo(amount);
    assertThat(ConfigJson.differences(ConfigJson.identity(number), amount))
        .containsExactly(
            "'structure.budget' was 0.25 and is \"8M parameters\"",
            "'structure.cost' was \"flops\" and is \"parameters\"");
  }

  @Test
  void describe_anyCost_hasItsUnit() {
    assertThat(
            List.of(
                StructureBudget.describe(14_597_000, Cost.FLOPS),
                StructureBudget.describe(2_345_678_901.0, Cost.FLOPS),
                StructureBudget.describe(269_722, Cost.PARAMETERS),
                StructureBudget.describe(8_500_000, Cost.PARAMETERS),
                StructureBudget.describe(300, Cost.CHANNELS),
                StructureBudget.describe(24.96, Cost.TIME),
                StructureBudget.describe(1499.6, Cost.TIME)))
        .containsExactly(
            "14.60 MFLOPs an image",
            "2.346 GFLOPs an image",
            "269.7k parameters",
            "8.500M parameters",
            "300 channels",
            "25.0 ms a round",
            "1500 ms a round");
  }
}
