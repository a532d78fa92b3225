package io.coppice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.RunConfig.Strategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamedKeysTest {

  private static final String OLD_STRUCTURE =
      """
      structure:
        method: learned
        pair: sampled
        budget: 0.2
        learningRate: 0.5
        anchorRounds: 7
        anchorMargin: 0.25
        probeEvery: 9
        duration: 0.75
      """;

  private final List<String> cautions = new ArrayList<>();

  private RunConfig read(String yaml, Map<String, String> overrides) {
    return ConfigReader.read("test", yaml, Map.of(), overrides, cautions::add);
  }

  private List<String> problems(String yaml, Map<String, String> overrides) {
    ConfigException failure =
        catchThrowableOfType(ConfigException.class, () -> read(yaml, overrides));
    assertThat(failure).as("the configuration should be refused").isNotNull();
    return failure.problems();
  }

  @Test
  void read_oldKeysOfAFile_takesEachWithACautionThatSaysTheNewSpelling() {
    RunConfig.StructureConfig structure = read(OLD_STRUCTURE, Map.of()).structure();
    assertThat(structure)
        .isEqualTo(
            new RunConfig.StructureConfig(
                Strategy.SAMPLED,
                StructureBudget.ofShare(0.2),
                RunConfig.Cost.FLOPS,
                "",
                8,
                List.of(),
                true,
                0.75,
                0.0,
                new RunConfig.PolicyGradientConfig(0.5, 9),
                new RunConfig.AnchorConfig(7, 0.25),
                new RunConfig.RankingConfig(RunConfig.Across.GROUP, 20, 20),
                new RunConfig.SharesConfig(3, 0.125, 6, 0.34, 2.0, 1.5, 2.5, 1.0)));
    assertThat(cautions)
        .containsExactlyInAnyOrder(
            "'structure.method' is an old name, which is still read; write 'structure.strategy: sampled'",
            "'structure.pair' is an old name, which is still read; write 'structure.strategy: sampled'",
            "'structure.learningRate' is an old name, which is still read; write"
                + " 'structure.policyGradient.learningRate: 0.5'",
            "'structure.anchorRounds' is an old name, which is still read; write 'structure.anchor.rounds: 7'",
            "'structure.anchorMargin' is an old name, which is still read; write 'structure.anchor.margin: 0.25'",
            "'structure.probeEvery' is an old name, which is still read; write 'structure.policyGradient.probeEvery: 9'");
  }

  @Test
  void read_oldKeysOfTheCommandLine_winOverTheSameOfTheFile() {
    RunConfig config =
        read(OLD_STRUCTURE, Map.of("structure.method", "dense", "structure.anchorRounds", "3"));
    assertThat(config.structure().strategy()).isEqualTo(Strategy.DENSE);
    assertThat(config.structure().anchor().rounds()).isEqualTo(3);
    assertThat(cautions).hasSize(6);
  }

  @Test
  void read_newKeys_needsNoCaution() {
    read("structure: {strategy: sampled, anchor: {rounds: 3}}", Map.of());
    read("", Map.of("structure.policyGradient.probeEvery", "4"));
    assertThat(cautions).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "learned, , ANCHOR",
    "learned, anchor, ANCHOR",
    "learned, sampled, SAMPLED",
    ", anchor, ANCHOR",
    ", sampled, SAMPLED",
    "uniform, , UNIFORM",
    "uniform, sampled, UNIFORM",
    "random, anchor, RANDOM",
    "dense, , DENSE"
  })
  void read_twoKeysThatBecameOne_translatesThemWithTheDefaultsThatTheyHad(
      @Nullable String method, @Nullable String pair, Strategy expected) {
    Map<String, String> overrides = new HashMap<>();
    if (method != null) {
      overrides.put("structure.method", method);
    }
    if (pair != null) {
      overrides.put("structure.pair", pair);
    }
    assertThat(read("", overrides).structure().strategy()).isEqualTo(expected);
    assertThat(cautions).hasSameSizeAs(overrides.keySet());
  }

  @Test
  void read_oldValueThatNeverWas_refusedNamingTheNewKey() {
    assertThat(problems("structure: {method: learnt}", Map.of()))
        .containsExactly(
            "'structure.method', an old key, is \"learnt\", which means nothing; write 'structure.strategy' instead");
    assertThat(problems("structure: {method: learned, pair: dense}", Map.of()))
        .containsExactly(
            "'structure.method' and 'structure.pair', old keys, are \"learned\" and \"dense\", which means nothing;"
                + " write 'structure.strategy' instead");
    assertThat(problems("structure: {anchorRounds: many}", Map.of()))
        .containsExactly("'structure.anchor.rounds' must be a whole number, found 'many'");
  }

  @Test
  void read_oldAndNewWithDifferentValues_refusedNamingBoth() {
    assertThat(
            problems(
                "structure: {anchorRounds: 7, anchor: {rounds: 9}, pair: sampled}",
                Map.of("structure.strategy", "uniform")))
        .containsExactlyInAnyOrder(
            "'structure.anchorRounds', the old name of 'structure.anchor.rounds', asks for 7, and the new name for 9;"
                + " keep one of them",
            "'structure.pair', the old name of 'structure.strategy', asks for \"sampled\", and the new name for"
                + " \"uniform\"; keep one of them");
  }

  @Test
  void read_oldAndNewWithTheSameValue_isRead() {
    RunConfig config =
        read(
            "structure: {anchorMargin: 0.50, anchor: {margin: 0.5}}",
            Map.of("structure.anchorMargin", ".5"));
    assertThat(config.structure().anchor().margin()).isEqualTo(0.5);
    assertThat(cautions).hasSize(1);
  }

  @Test
  void read_oldKeyWithoutAValue_isTheDefault() {
    assertThat(read("structure: {anchorRounds: , pair: }", Map.of())).isEqualTo(read("", Map.of()));
  }

  @Test
  void read_keyThatWasNever_stillSuggests() {
    assertThat(problems("structure: {strategie: dense, anchorRound: 3}", Map.of()))
        .containsExactlyInAnyOrder(
            "unknown key 'structure.strategie'; did you mean 'structure.strategy'?",
            "unknown key 'structure.anchorRound'; known here are strategy, budget, cost, times, granularity, keep,"
                + " floor, duration, ramp, policyGradient, anchor, ranking, shares");
  }

  @Test
  void read_valueWhereASectionBelongs_reportsThatAlone() {
    assertThat(problems("structure: {anchor: 5, anchorRounds: 7}", Map.of()))
        .containsExactly("'structure.anchor' must be a section of keys, found 5");
    assertThat(problems("structure: 5", Map.of()))
        .containsExactly("'structure' must be a section of keys, found 5");
  }

  @Test
  void differences_manifestWithOldKeys_isTheSameRunAsTheNewSpelling() throws IOException {
    JsonNode manifest =
        new ObjectMapper()
            .readTree(
                """
                {"structure": {"method": "learned", "pair": "sampled", "budget": 0.2, "learningRate": 0.012,
                  "anchorRounds": 7, "anchorMargin": 0.25, "probeEvery": 9, "duration": 0.35, "ramp": 0.0}}
                """);
    JsonNode before = manifest.deepCopy();
    RunConfig now =
        read(
            "structure: {strategy: sampled, budget: 0.2, anchor: {rounds: 7, margin: 0.25}, policyGradient: {probeEvery: 9}}",
            Map.of());
    assertThat(ConfigJson.differences(manifest, now)).isEmpty();
    assertThat(manifest).as("the manifest itself").isEqualTo(before);
    RunConfig other =
        read(
            "structure: {strategy: anchor, budget: 0.2, anchor: {rounds: 8, margin: 0.25}, policyGradient: {probeEvery: 9}}",
            Map.of());
    assertThat(ConfigJson.differences(manifest, other))
        .containsExactlyInAnyOrder(
            "'structure.strategy' was \"sampled\" and is \"anchor\"",
            "'structure.anchor.rounds' was 7 and is 8");
  }
}
