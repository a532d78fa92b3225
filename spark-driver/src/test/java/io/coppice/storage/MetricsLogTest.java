package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {

  private static final int CHECKPOINTS = 1000;

  @TempDir Path run;
  private final List<String> cautions = new ArrayList<>();

  @AfterEach
  void work() {
    FaultyFileSystem.work();
  }

  @Test
  void keep_aThousandTimes_fewSegmentsAndLittleWritten() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    long written = 0;
    List<MetricsSegment> before = List.of();
    try (MetricsLog log = open(directory, List.of())) {
      for (int checkpoint = 0; checkpoint < CHECKPOINTS; checkpoint++) {
        log.append(line(checkpoint));
        List<MetricsSegment> segments = log.keep(log.position());
        assertThat(segments.size()).isLessThanOrEqualTo(11);
        for (MetricsSegment segment : segments) {
          written += before.contains(segment) ? 0 : segment.bytes();
        }
        before = segments;
      }
      assertThat(text(directory, before)).isEqualTo(lines(CHECKPOINTS));
      // log2(1000) = 10 times; copies with every checkpoint would be 500 times.
      assertThat((double) written / lines(CHECKPOINTS).length()).isLessThan(12);
      log.finish();
    }
    assertThat(run.resolve("metrics.jsonl")).hasContent(lines(CHECKPOINTS));
    assertThat(cautions).isEmpty();
  }

  @Test
  void keep_upToAMoment_leavesLaterLinesForTheNext() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    try (MetricsLog log = open(directory, List.of())) {
      log.append(line(0));
      long moment = log.position();
      log.append(line(1));
      assertThat(text(directory, log.keep(moment))).isEqualTo(lines(1));
      assertThat(text(directory, log.keep(moment))).isEqualTo(lines(1));
      assertThat(text(directory, log.keep(log.position()))).isEqualTo(lines(2));
    }
  }

  @Test
  void keep_failsAtAnyWrite_theNextKeepsEveryLineOnce() throws IOException {
    boolean failed = true;
    for (int changes = 0; failed; changes++) {
      RunDirectory directory = faulty("attempt" + changes);
      try (MetricsLog log = open(directory, List.of())) {
        log.append(line(0));
        log.keep(log.position());
        log.append(line(1));
        FaultyFileSystem.failAfter(changes);
        try {
          log.keep(log.position());
          failed = false;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
        FaultyFileSystem.work();
        log.append(line(2));
        assertThat(text(directory, log.keep(log.position()))).isEqualTo(lines(3));
      }
    }
  }

  @Test
  void append_fileCannotBeWritten_cautionsOnceAndWritesItAtTheEnd() throws IOException {
    for (int changes = 0; changes < 6; changes++) {
      cautions.clear();
      RunDirectory directory = faulty("attempt" + changes);
      try (MetricsLog log = open(directory, List.of())) {
        log.append(line(0));
        log.keep(log.position());
        FaultyFileSystem.failAfter(changes);
        for (int round = 1; round < 10; round++) {
          log.append(line(round));
        }
        FaultyFileSystem.work();
        assertThat(cautions).singleElement().asString().contains("metrics.jsonl cannot be written");
        log.finish();
      }
      assertThat(run.resolve("attempt" + changes + "/metrics.jsonl")).hasContent(lines(10));
      assertThat(directory.files()).containsKey("metrics.jsonl");
      assertThat(cautions).hasSize(1);
    }
  }

  @Test
  void open_onASegmentThatIsDamaged_goesOnWithoutItsLinesAndSaysSo() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    List<MetricsSegment> segments;
    try (MetricsLog log = open(directory, List.of())) {
      for (int round = 0; round < 6; round++) {
        log.append(line(round));
      }
      log.keep(log.position());
      log.append(line(6));
      segments = log.keep(log.position());
    }
    assertThat(segments).hasSize(2);
    Files.writeString(run.resolve(segments.get(0).path()), "nonsense");
    try (MetricsLog log = open(directory, segments)) {
      log.append(line(7));
      assertThat(text(directory, log.keep(log.position())))
          .isEqualTo(line(6) + "\n" + line(7) + "\n");
      log.finish();
    }
    assertThat(run.resolve("metrics.jsonl")).hasContent(line(6) + "\n" + line(7) + "\n");
    assertThat(cautions)
        .singleElement()
        .asString()
        .contains("a piece of the metrics is lost", segments.get(0).path());
  }

  @Test
  void keep_segmentWasDamagedSince_keepsTheOthers() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    try (MetricsLog log = open(directory, List.of())) {
      log.append(line(0));
      Files.delete(run.resolve(log.keep(log.position()).get(0).path()));
      log.append(line(1));
      assertThat(text(directory, log.keep(log.position()))).isEqualTo(line(1) + "\n");
    }
    assertThat(cautions).singleElement().asString().contains("found no file");
  }

  @Test
  void keep_segmentLiesInACheckpoint_takesItOverBeforeThatIsRemoved() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    Path old = Files.createDirectories(run.resolve("checkpoints/00000012"));
    String text = lines(100);
    Files.writeString(old.resolve("metrics.jsonl"), text);
    MetricsSegment segment =
        MetricsSegment.inCheckpoint(
            new CheckpointName(12, 0),
            text.length(),
            HashedFile.sha256(text.getBytes(StandardCharsets.UTF_8)));
    try (MetricsLog log = open(directory, List.of(segment))) {
      List<MetricsSegment> kept = log.keep(log.position());
      assertThat(kept).noneMatch(MetricsSegment::isInCheckpoint);
      assertThat(text(directory, kept)).isEqualTo(text);
    }
  }

  @Test
  void keepIfMuch_noCheckpointIsDue_memoryStaysBounded() throws IOException {
    RunDirectory directory = SampleCheckpoints.directory(run.toString());
    try (MetricsLog log = MetricsLog.open(directory, List.of(), cautions::add, 200)) {
      for (int round = 0; round < 1000; round++) {
        log.append(line(round));
        log.keepIfMuch();
        long stored = log.segments().stream().mapToLong(MetricsSegment::bytes).sum();
        assertThat(log.position() - stored).isLessThan(300);
      }
      assertThat(text(directory, log.keep(log.position()))).isEqualTo(lines(1000));
    }
  }

  @Test
  void keepIfMuch_cannotBeWritten_triesAgainLater() throws IOException {
    RunDirectory directory = faulty("run");
    try (MetricsLog log = MetricsLog.open(directory, List.of(), cautions::add, 100)) {
      FaultyFileSystem.failAfter(0);
      for (int round = 0; round < 100; round++) {
        log.append(line(round));
        log.keepIfMuch();
      }
      FaultyFileSystem.work();
      assertThat(cautions).hasSizeLessThan(8).anyMatch(text -> text.contains("stays in memory"));
      assertThat(text(directory, log.keep(log.position()))).isEqualTo(lines(100));
    }
  }

  private MetricsLog open(RunDirectory directory, List<MetricsSegment> before) throws IOException {
    return MetricsLog.open(directory, before, cautions::add);
  }

  private RunDirectory faulty(String name) throws IOException {
    return RunDirectory.open(
        FaultyFileSystem.SCHEME + "://" + run.resolve(name), FaultyFileSystem.configuration());
  }

  private static String line(long round) {
    return "{\"round\":" + (1_000_000 + round) + "}";
  }

  private static String lines(long rounds) {
    return LongStream.range(0, rounds)
        .mapToObj(round -> line(round) + "\n")
        .reduce("", String::concat);
  }

  private static String text(RunDirectory directory, List<MetricsSegment> segments)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (MetricsSegment segment : segments) {
      VerifiedFile.check(directory, segment.path(), segment.bytes(), segment.sha256());
      text.append(new String(directory.read(segment.path(), 1 << 20), StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
