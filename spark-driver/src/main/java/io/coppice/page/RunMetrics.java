package io.coppice.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.coppice.config.Redaction;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the lines of {@code metrics.jsonl} come to: the rounds and epochs that the run went on from,
 * each once. Those that a run went back behind do not count, and lines that cannot be read are
 * passed over and told of.
 *
 * @param rounds in their order, those of the training before those of fine-tuning
 * @param epochs likewise
 * @param notes what a reader of the page should know
 */
record RunMetrics(List<RoundReport> rounds, List<EpochReport> epochs, List<String> notes) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Reads the lines.
   *
   * @param goesOn whether the last one may be half written yet, which is no damage
   */
  static RunMetrics read(InputStream in, boolean goesOn) throws IOException {
    Reading reading = new Reading();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reading.add(line);
      }
    }
    if (goesOn) {
      reading.passOverLast();
    }
    return reading.metrics();
  }

  private static final class Reading {

    private final Map<RunPhase, TreeMap<Long, RoundReport>> rounds = new EnumMap<>(RunPhase.class);
    private final Map<RunPhase, TreeMap<Integer, EpochReport>> epochs =
        new EnumMap<>(RunPhase.class);
    private final List<String> notes = new ArrayList<>();
    private long number;
    private long damaged;
    private long firstDamaged;
    private long lastDamaged;

    void add(String line) {
      number++;
      try {
        take(JSON.readTree(line));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        if (damaged++ == 0) {
          firstDamaged = number;
        }
        lastDamaged = number;
      }
    }

    void passOverLast() {
      if (damaged > 0 && lastDamaged == number) {
        damaged--;
      }
    }

    private void take(JsonNode line) throws JsonProcessingException {
      switch (line.path("type").asText()) {
        case "round" -> {
          RoundReport round = JSON.treeToValue(line, RoundReport.class);
          require(round.phase() != null, "a round without a phase");
          rounds.computeIfAbsent(round.phase(), phase -> new TreeMap<>()).put(round.round(), round);
        }
        case "epoch" -> {
          EpochReport epoch = JSON.treeToValue(line, EpochReport.class);
          require(epoch.phase() != null, "an epoch without a phase");
          epochs.computeIfAbsent(epoch.phase(), phase -> new TreeMap<>()).put(epoch.epoch(), epoch);
        }
        case "wentBack" -> goBack(line);
        case "caution" -> notes.add(text(line));
        default -> require(line.isObject() && line.has("type"), "a line without a type");
      }
    }

    private static void require(boolean condition, String otherwise) {
      if (!condition) {
        throw new IllegalArgumentException(otherwise);
      }
    }

    private static String text(JsonNode line) {
      return Redaction.of("reason", line.path("reason").asText());
    }

    private void goBack(JsonNode line) {
      notes.add(
          String.format(
              "The training diverged and went back to the state after %,d rounds: %s",
              line.path("rounds").asLong(), text(line)));
      long before = line.path("rounds").asLong();
      for (Map.Entry<RunPhase, TreeMap<Long, RoundReport>> phase : rounds.entrySet()) {
        Map<Long, RoundReport> undone = phase.getValue().tailMap(Math.max(0, before), true);
        Set<Integer> undoneEpochs = new HashSet<>();
        undone.values().forEach(round -> undoneEpochs.add(round.epoch()));
        epochs
            .getOrDefault(phase.getKey(), new TreeMap<>())
            .keySet()
            .removeIf(undoneEpochs::contains);
        before -= phase.getValue().size();
        undone.clear();
      }
    }

    RunMetrics metrics() {
      if (damaged > 0) {
        notes.add(
            String.format(
                "%,d of the %,d lines of metrics.jsonl cannot be read, the first of them line %,d; what they held is"
                    + " missing here",
                damaged, number, firstDamaged));
      }
      return new RunMetrics(
          rounds.values().stream().flatMap(phase -> phase.values().stream()).toList(),
          epochs.values().stream().flatMap(phase -> phase.values().stream()).toList(),
          List.copyOf(notes));
    }
  }
}
